using System.CommandLine;
using Akin.Training.FineTuning;

namespace Akin.Cli.Verbs;

/// <summary><c>akin train causal-lm</c>: teach a model to go on with texts like yours.</summary>
internal sealed class TrainCausalLmVerb : Verb
{
    private readonly TrainingOptions _training = new("The texts to learn from: .txt with one a line, .csv, .tsv or .jsonl with a header, also .gz.", "Tokens of a block (128).");
    private readonly Option<string> _text = new("--text") { Description = "The column of the text.", DefaultValueFactory = _ => "text" };

    public TrainCausalLmVerb()
        : base(
            "causal-lm",
            "Teach a model to go on with texts like yours.",
            "akin train causal-lm --model ./gpt2 --train news.txt --eval held-out.txt --output ./news-gpt2 --epochs 2")
    {
        _training.AddTo(this);
        Add(_text);
    }

    protected override void Execute(ParseResult arguments, CommandContext context) => _training.Run(
        new CausalLanguageModelOptions { Model = "", Train = "", TextColumn = arguments.GetRequiredValue(_text) }, arguments, context, CausalLanguageModelFineTuning.Train);
}
