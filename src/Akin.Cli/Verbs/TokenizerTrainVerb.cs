using System.CommandLine;
using Akin.Datasets;
using Akin.Tokenizers;
using Akin.Tokenizers.Training;

namespace Akin.Cli.Verbs;

/// <summary><c>akin tokenizer train</c>: a tokenizer from texts.</summary>
internal sealed class TokenizerTrainVerb : Verb
{
    private static readonly Dictionary<string, TokenizerKind> Kinds = new()
    {
        ["wordpiece"] = TokenizerKind.WordPiece,
        ["bpe"] = TokenizerKind.Bpe,
        ["bbpe"] = TokenizerKind.ByteLevelBpe,
        ["unigram"] = TokenizerKind.Unigram,
        ["wordlevel"] = TokenizerKind.WordLevel,
    };

    private readonly Option<string?> _type = SharedOptions.OneOf(
        "--type", "wordpiece as BERT's, bpe, bbpe (byte-level) as RoBERTa's, unigram as SentencePiece's, wordlevel.", [.. Kinds.Keys]);
    private readonly Option<string?> _model = new("--model", "-m") { Description = "Instead of --type: keep the pipeline and special tokens of this tokenizer, and learn a new vocabulary." };
    private readonly Option<int?> _vocabularySize = SharedOptions.Positive("--vocab-size", "The most tokens; 30,000 by default.");
    private readonly Option<string[]> _files = new("--files") { Description = "Texts: .txt (one a line), .jsonl (field text), .csv, .tsv, each also .gz; - is standard input.", Required = true, AllowMultipleArgumentsPerToken = true };
    private readonly Option<string> _output = new("--output", "-o") { Description = "The folder to write; it must not exist or be empty.", Required = true };
    private readonly Option<int?> _minimumFrequency = SharedOptions.Positive("--min-frequency", "Rarer words and pairs are passed over; 2 by default.");
    private readonly Option<bool> _lowercase = new("--lowercase") { Description = "Lower all texts; with wordpiece accents are stripped too." };
    private readonly Option<string[]> _specialTokens = new("--special-tokens") { Description = "Special tokens beyond those of the type.", AllowMultipleArgumentsPerToken = true };

    public TokenizerTrainVerb()
        : base(
            "train",
            "Learn a tokenizer from texts: a folder that Akin and Python's transformers load.",
            "akin tokenizer train --type wordpiece --vocab-size 30000 --lowercase --files corpus.txt --output ./my-tokenizer",
            "akin tokenizer train --type unigram --vocab-size 32000 --files korean.txt.gz chinese.jsonl --output ./my-tokenizer",
            "akin tokenizer train --model ./my-model --vocab-size 20000 --files corpus.txt --output ./my-tokenizer")
    {
        foreach (Option option in new Option[] { _type, _model, _vocabularySize, _files, _output, _minimumFrequency, _lowercase, _specialTokens })
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string? type = arguments.GetValue(_type), model = arguments.GetValue(_model);
        if (type is null == model is null)
        {
            throw new CommandException($"either --type ({string.Join(", ", Kinds.Keys)}) or --model says what kind of tokenizer to train.");
        }

        if (model is not null && (arguments.GetValue(_lowercase) || arguments.GetValue(_minimumFrequency) is not null))
        {
            throw new CommandException("--lowercase and --min-frequency go with --type; with --model the pipeline stays as it is.");
        }

        string folder = arguments.GetRequiredValue(_output);
        TokenizerOptions.RequireNewFolder(folder);
        IEnumerable<string> texts = arguments.GetRequiredValue(_files).SelectMany(file => TextRecords.Read(file)).Select(record => record.FullText);
        int vocabularySize = arguments.GetValue(_vocabularySize) ?? 30_000;
        string[] special = arguments.GetValue(_specialTokens) ?? [];
        using StageReport report = new(context);
        Tokenizer tokenizer = model is not null
            ? TokenizerOptions.Load(context, model).TrainNewFromIterator(
                texts, vocabularySize, special.Select(static token => new AddedToken(token) { Special = true }), progress: report, cancellationToken: context.Cancellation)
            : new TokenizerRecipe(Kinds[type!])
            {
                VocabularySize = vocabularySize,
                MinimumFrequency = arguments.GetValue(_minimumFrequency) ?? 2,
                Lowercase = arguments.GetValue(_lowercase),
                AdditionalSpecialTokens = special,
            }.Train(texts, report, context.Cancellation);
        tokenizer.SavePretrained(folder);
        if (context.Json)
        {
            JsonOutput.Write(context, new { Folder = folder, Model = tokenizer.Model.Type, tokenizer.VocabularySize });
            return;
        }

        context.Output.WriteLine($"{folder}: {tokenizer.Model.Type}, {tokenizer.VocabularySize:N0} tokens");
    }

    /// <summary>Shows each stage of a training as a progress bar of its own.</summary>
    private sealed class StageReport(CommandContext context) : IProgress<TrainingProgress>, IDisposable
    {
        private readonly Lock _lock = new();
        private ProgressReport? _bar;
        private string _stage = "";

        public void Report(TrainingProgress value)
        {
            lock (_lock)
            {
                if (value.Stage != _stage)
                {
                    _bar?.Dispose();
                    _stage = value.Stage;
                    _bar = context.Progress(char.ToUpperInvariant(_stage[0]) + _stage[1..], "done", value.Total);
                }

                _bar!.Report(value.Done);
            }
        }

        public void Dispose() => _bar?.Dispose();
    }
}
