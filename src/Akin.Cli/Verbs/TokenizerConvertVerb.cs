using System.CommandLine;
using Akin.Tokenizers;

namespace Akin.Cli.Verbs;

/// <summary><c>akin tokenizer convert</c>: any tokenizer as a folder that Python loads.</summary>
internal sealed class TokenizerConvertVerb : Verb
{
    private readonly Option<string?> _model = TokenizerOptions.Model();
    private readonly Option<string> _output = new("--output", "-o") { Description = "The folder to write; it must not exist or be empty.", Required = true };

    public TokenizerConvertVerb()
        : base(
            "convert",
            "Write a tokenizer as tokenizer.json with its settings: a folder that Akin and Python's transformers load.",
            "akin tokenizer convert --model ./spiece.model --output ./my-tokenizer",
            "akin tokenizer convert --model openai-community/gpt2 --output ./gpt2")
    {
        Add(_model);
        Add(_output);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string folder = arguments.GetRequiredValue(_output);
        TokenizerOptions.RequireNewFolder(folder);
        Tokenizer tokenizer = TokenizerOptions.Load(context, DefaultModel.Or(arguments.GetValue(_model)));
        tokenizer.SavePretrained(folder);
        string[] files = [.. Directory.EnumerateFiles(folder).Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        if (context.Json)
        {
            JsonOutput.Write(context, new { Folder = folder, Files = files });
            return;
        }

        context.Output.WriteLine($"{folder}: {string.Join(", ", files)}");
    }
}
