// Renders a Go template as the External Secrets Operator does: with sprig's functions and the values as strings. An
// unknown key is an error. Standard input: {"template": "...", "values": {"key": "..."}}.
package main

import (
	"encoding/json"
	"log"
	"os"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

func main() {
	log.SetFlags(0)
	var input struct {
		Template string
		Values   map[string]string
	}
	if err := json.NewDecoder(os.Stdin).Decode(&input); err != nil {
		log.Fatal(err)
	}
	parsed, err := template.New("data").Option("missingkey=error").Funcs(sprig.TxtFuncMap()).Parse(input.Template)
	if err != nil {
		log.Fatal(err)
	}
	if err := parsed.Execute(os.Stdout, input.Values); err != nil {
		log.Fatal(err)
	}
}
