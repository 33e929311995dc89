using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Datasets;
using Akin.Pipelines;
using Akin.Search;

namespace Akin.Cli.Verbs;

/// <summary><c>akin quickstart</c>: indexes the sample collection and asks it questions within and across languages.</summary>
internal sealed class QuickstartVerb : Verb
{
    /// <summary>The metadata of an entry that says its language.</summary>
    private const string LanguageField = "lang";

    private const int FingerprintDigits = 8;
    private const int QuestionCells = 44;

    /// <summary>Every pair of the three languages once.</summary>
    internal static readonly IReadOnlyList<SampleQuery> Queries =
    [
        new("I need to renew my passport before my trip", "en", "en", "en-passport-renew"),
        new("새집으로 이사했는데 주소 신고를 해야 하나요?", "ko", "ko", "ko-move-in"),
        new("鞋子太小了怎么换？", "zh", "zh", "zh-exchange-size"),
        new("How do I get rid of an old sofa?", "en", "ko", "ko-bulky-waste"),
        new("Where can we get married?", "en", "zh", "zh-marriage"),
        new("강아지를 키우면 등록해야 하나요?", "ko", "en", "en-dog-register"),
        new("비밀번호를 잊어버렸어요", "ko", "zh", "zh-password"),
        new("小孩什么时候报名上小学？", "zh", "en", "en-school-enrol"),
        new("图书馆的书可以借多久？", "zh", "ko", "ko-library-loan"),
    ];

    private readonly Option<string?> _model = IndexOptions.Model("A folder with a model, or its name on the hub; by default the model that comes with akin.");
    private readonly Option<string?> _index = new("--index") { Description = "Folder of the index; by default one in AKIN_HOME (~/.cache/akin) for each model." };

    public QuickstartVerb()
        : base(
            "quickstart",
            "See what akin does, offline: index the sample questions and answers in three languages and search them within and across languages.",
            "akin quickstart",
            "akin quickstart --model intfloat/multilingual-e5-small --index sample.akin")
    {
        Add(_model);
        Add(_index);
    }

    /// <summary>The sample collection: questions (<c>title</c>) and answers (<c>text</c>) of an office and a shop that do not exist.</summary>
    /// <exception cref="CommandException">This copy of Akin came without it.</exception>
    internal static string Collection => ShippedFiles.Find("samples", "quickstart", "faq.jsonl") ?? throw new CommandException(
        "This copy of akin came without its sample collection (samples/quickstart/faq.jsonl): run it from a checkout.");

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string? model = arguments.GetValue(_model);
        TextRecord[] entries = [.. TextRecords.Read(Collection)];
        SentenceTransformer encoder = IndexModel.Load(context, model, index: null, folder: "");
        string folder = arguments.GetValue(_index) ?? Path.Combine(AkinHome.Folder, $"quickstart-{Fingerprint(encoder)}.akin");
        using SemanticIndex index = SemanticIndex.OpenOrCreate(folder, encoder, IndexModel.MetricOf(encoder));
        long stored = Fill(index, entries, folder, context);

        Stopwatch clock = Stopwatch.StartNew();
        Answer[] answers = Ask(index, entries, context);
        double seconds = clock.Elapsed.TotalSeconds;
        if (context.Json)
        {
            JsonOutput.Write(context, new { Index = folder, Model = encoder.Name, Documents = index.Store.Count, Stored = stored, Seconds = Math.Round(seconds, 4), Queries = answers });
            return;
        }

        WriteTable(context, answers);
        context.Output.WriteLine($"\n{answers.Length} questions to {index.Store.Count:N0} entries in {seconds:0.00} seconds. Go on with:\n");
        WriteNextSteps(context, folder, model);
    }

    /// <summary>The weights and settings that the index belongs to: another model, or a newer one, gets an index of its own.</summary>
    private static string Fingerprint(IEncoder encoder) => encoder.ModelFingerprint is { Length: >= FingerprintDigits } all ? all[..FingerprintDigits] : "model";

    private static long Fill(SemanticIndex index, TextRecord[] entries, string folder, CommandContext context)
    {
        if (index.Store.Count < entries.Length)
        {
            context.Message($"Indexing {entries.Length} questions and answers in English, Korean and Chinese (once) ...");
        }

        context.StopNote = () => $"what is done is safe in '{folder}'; the same command goes on from there.";
        using ProgressReport report = context.Progress("Indexing", "entries", entries.Length);
        IEnumerable<Document> documents = entries.Select(entry => new Document(entry.Id, entry.Text) { Title = entry.Title, Metadata = entry.Metadata?.ToJsonString() });
        return index.Add(documents, options: null, new Watcher(report), context.Cancellation).Stored;
    }

    private static Answer[] Ask(SemanticIndex index, TextRecord[] entries, CommandContext context)
    {
        // The best sample of the language wanted is the first of that language among all that is found; documents of the user's own may stand before it.
        HashSet<string> samples = [.. entries.Select(entry => entry.Id)];
        string[] texts = [.. Queries.Select(query => query.Text)];
        for (int count = entries.Length; ; count *= 4)
        {
            IReadOnlyList<SearchHit>[] found = index.SearchMany(texts, count, cancellationToken: context.Cancellation);
            Answer?[] answers = [.. Queries.Zip(found, (query, hits) => Best(query, hits, samples))];
            if (Array.TrueForAll(answers, answer => answer is not null))
            {
                return answers!;
            }

            if (count >= index.Store.Count)
            {
                throw new CommandException("Samples were deleted from the index meanwhile: the same command puts them back.");
            }
        }
    }

    private static Answer? Best(SampleQuery query, IReadOnlyList<SearchHit> hits, HashSet<string> samples)
    {
        SearchHit best = hits.FirstOrDefault(hit => samples.Contains(hit.Document.Id) && LanguageOf(hit.Document) == query.AnswerLanguage);
        return best.Document is null
            ? null
            : new Answer(query.Text, query.Language, query.AnswerLanguage, best.Document.Id, best.Document.Title ?? "", best.Document.Text, best.Score);
    }

    private static string? LanguageOf(Document document) =>
        document.Metadata is { } metadata && JsonNode.Parse(metadata) is JsonObject fields && fields[LanguageField] is JsonValue value && value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>()
            : null;

    private static void WriteTable(CommandContext context, Answer[] answers)
    {
        string[][] rows =
        [
            ["you ask", "answers in", "score", "best answer"],
            .. answers.Select(answer => new[]
            {
                answer.Query, $"{answer.Language} → {answer.AnswerLanguage}", $"{answer.Score:0.00}", TerminalText.Cut(answer.Title, QuestionCells),
            }),
        ];
        ModelText.WriteColumns(context.Output, rows);
    }

    private static void WriteNextSteps(CommandContext context, string folder, string? model)
    {
        string akin = ShippedFiles.Checkout is null ? "akin" : "./akin";
        string named = model is null ? "" : $" --model {Quoted(model)}";
        ModelText.WriteColumns(
            context.Output,
            [
                ["  ask something yourself", $"{akin} search --index {Quoted(folder)} \"Where can I park?\""],
                ["  index your own texts", $"{akin} index add{named} --input texts.jsonl --index texts.akin"],
                ["  teach it your own pairs", $"{akin} train sentence{named} --train pairs.jsonl --output ./mine"],
                ["  see all it can do", $"{akin} --help"],
                ["  read on", "docs/cli.md, docs/search.md, docs/sentences.md"],
            ]);
    }

    /// <summary>A word as a shell wants it.</summary>
    private static string Quoted(string word) => word.Contains(' ') ? $"\"{word}\"" : word;

    /// <summary>A question, and the entry that answers it.</summary>
    /// <param name="Text">The question.</param>
    /// <param name="Language">Its language.</param>
    /// <param name="AnswerLanguage">The language that answers are wanted in.</param>
    /// <param name="Expected">The entry that answers it.</param>
    internal sealed record SampleQuery(string Text, string Language, string AnswerLanguage, string Expected);

    private sealed record Answer(string Query, string Language, string AnswerLanguage, string Id, string Title, string Text, float Score);

    private sealed class Watcher(ProgressReport report) : IProgress<AddProgress>
    {
        public void Report(AddProgress value) => report.Report(value.Total);
    }
}
