using Akin.Hub;
using Akin.Models;
using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tokenizers;
using Akin.Tokenizers.Normalizers;

namespace Akin.Training.FineTuning;

/// <summary>Where the configuration, the vocabulary and the weights of a model are: files that google-research/bert's scripts are given one by one, or a folder.</summary>
internal sealed class ModelFiles
{
    private const string GoogleConfig = "bert_config.json";

    // The names by which google's checkpoints are published, as validate_case_matches_checkpoint (tokenization.py) knows them.
    private static readonly string[] LoweredNames = ["uncased_L-", "multilingual_L-", "chinese_L-"];
    private static readonly string[] CasedNames = ["cased_L-", "multi_cased_L-"];

    private readonly bool? _doLowerCase;
    private readonly string? _folder;
    private readonly string _config;
    private readonly string? _vocabulary;
    private readonly string? _checkpoint;

    private ModelFiles(RunClassifierOptions options, string? folder)
    {
        bool isGoogles = folder is not null && !File.Exists(Path.Combine(folder, "config.json")) && File.Exists(Path.Combine(folder, GoogleConfig));
        _folder = folder;
        _config = options.BertConfigFile ?? (folder is null ? throw Missing("bert_config_file") : Path.Combine(folder, isGoogles ? GoogleConfig : "config.json"));
        _vocabulary = options.VocabFile ?? (folder is null ? throw Missing("vocab_file") : isGoogles ? Path.Combine(folder, "vocab.txt") : null);
        _checkpoint = options.InitCheckpoint ?? folder;
        _doLowerCase = options.DoLowerCase;
        if (_checkpoint is not null)
        {
            RequireCase(_checkpoint, options.DoLowerCase ?? true);
        }
    }

    /// <summary>Finds the files.</summary>
    /// <exception cref="TrainingOptionException">One is not named, or the case of texts does not fit the checkpoint's name.</exception>
    public static ModelFiles Find(RunClassifierOptions options, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken) =>
        new(options, options.Model is null ? null : ModelHub.ResolveFolder(options.Model, options.Hub, progress, cancellationToken));

    /// <summary>Loads the model; what the checkpoint lacks is new, and without a checkpoint everything is.</summary>
    public SequenceClassificationModel LoadModel(IReadOnlyList<string> labels, ulong seed, bool isTrainable)
    {
        ConfigReader config = ConfigReader.OpenFile(_config);
        config.Json["model_type"] ??= "bert"; // google's do not say
        LoadOptions options = new()
        {
            IsTrainable = isTrainable,
            InitializesMissing = true,
            ReplacesMismatchedHeads = true,
            Labels = labels,
            ProblemType = ProblemType.SingleLabel,
            Seed = seed,
        };
        return _checkpoint is null
            ? AutoModelForSequenceClassification.FromConfig(config, options)
            : AutoModelForSequenceClassification.FromCheckpoint(config, _checkpoint, options);
    }

    /// <summary>Loads the tokenizer.</summary>
    /// <exception cref="TrainingOptionException">The model's tokenizer treats capitals in another way than asked for, or knows more tokens than the model.</exception>
    public Tokenizer LoadTokenizer(ModelConfig config, CancellationToken cancellationToken)
    {
        if (_vocabulary is null)
        {
            Tokenizer tokenizer = AutoTokenizer.FromPretrained(_folder!, cancellationToken: cancellationToken);
            return _doLowerCase is { } asked && tokenizer.Normalizer is BertNormalizer { Lowercase: var lowers } && lowers != asked
                ? throw new TrainingOptionException($"do_lower_case is {Word(asked)}, but the tokenizer of '{_folder}' {(lowers ? "lowers" : "keeps capitals")}: leave do_lower_case out, or give vocab_file.")
                : tokenizer;
        }

        Tokenizer made = BertTokenizer.FromFile(_vocabulary, _doLowerCase ?? true);
        return config.Json["vocab_size"]?.GetValue<int>() is { } size && made.IdLimit > size
            ? throw new TrainingOptionException($"'{_vocabulary}' has {made.IdLimit} tokens, but the model of '{_config}' knows {size}: they do not belong together.")
            : made;
    }

    private static TrainingOptionException Missing(string flag) =>
        new($"{flag} is missing: give vocab_file and bert_config_file (and init_checkpoint, unless the model is to be trained from nothing), or model.");

    private static void RequireCase(string checkpoint, bool lowers)
    {
        string name = Path.GetFileName(File.Exists(checkpoint + ".index") ? Path.GetDirectoryName(Path.GetFullPath(checkpoint)) : Path.TrimEndingDirectorySeparator(checkpoint)) ?? "";
        if ((lowers ? CasedNames : LoweredNames).Any(start => name.StartsWith(start, StringComparison.Ordinal)))
        {
            throw new TrainingOptionException(
                $"do_lower_case is {Word(lowers)}, but '{name}' is a model {(lowers ? "of texts with capitals" : "of lowered texts")}: set do_lower_case to {Word(!lowers)}, or rename the folder if it is not.");
        }
    }

    private static string Word(bool value) => value ? "true" : "false";
}
