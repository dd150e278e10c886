// Package register takes the place of the operator's own, which brings every cloud's SDK.
package register
