using System.CommandLine;
using Akin.Training.FineTuning;

namespace Akin.Cli.Verbs;

/// <summary><c>akin train tokens</c>: teach a model to tag words, such as names.</summary>
internal sealed class TrainTokensVerb : Verb
{
    private readonly TrainingOptions _training = new("The file to learn from: a word and its tag a line, an empty line between sentences (CoNLL), also .gz.");
    private readonly Option<int> _tokenColumn = new("--token-column") { Description = "The cell of the word, from 0; -1 is the last.", DefaultValueFactory = _ => 0 };
    private readonly Option<int> _tagColumn = new("--tag-column") { Description = "The cell of the tag, from 0; -1 is the last.", DefaultValueFactory = _ => -1 };

    public TrainTokensVerb()
        : base(
            "tokens",
            "Teach a model to tag words, such as names of persons and places.",
            "akin train tokens --model ./bert --train eng.train --eval eng.testa --output ./ner --epochs 4 --learning-rate 1e-4",
            "akin train tokens -m klue/bert-base --train klue-ner.tsv --token-column 0 --tag-column 1 -o ./ner --json")
    {
        _training.AddTo(this);
        Add(_tokenColumn);
        Add(_tagColumn);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        TokenClassifierOptions options = new()
        {
            Model = "",
            Train = "",
            Columns = new() { TokenColumn = arguments.GetValue(_tokenColumn), TagColumn = arguments.GetValue(_tagColumn) },
        };
        _training.Run(options, arguments, context, TokenClassifierFineTuning.Train);
    }
}
