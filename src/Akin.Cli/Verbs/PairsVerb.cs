using System.CommandLine;
using System.Globalization;
using System.Text;
using Akin.Datasets;
using Akin.Models.Checkpoints;
using Akin.Pipelines;
using Akin.Search.Clustering;

namespace Akin.Cli.Verbs;

/// <summary><c>akin pairs</c>: the texts of a file that mean the same.</summary>
internal sealed class PairsVerb : Verb
{
    /// <summary>Texts embedded at a time.</summary>
    private const int WindowTexts = 4096;

    private const int TableRows = 50;

    private readonly Option<string?> _model = EncoderOptions.Model();
    private readonly Option<string> _input = new("--input", "-i")
    {
        Description = "Texts: .txt (a text a line), .jsonl (id, title, text), .csv or .tsv with a header, each also .gz; - for lines on standard input.",
        Required = true,
    };
    private readonly Option<string> _textField = new("--text") { Description = "The field or column of the text, text by default.", DefaultValueFactory = _ => "text" };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Where the pairs go: .tsv or .jsonl; without it a table of the first 50 is printed." };
    private readonly Option<float> _minScore = new("--min-score") { Description = "The least cosine of a pair, 0.8 by default.", DefaultValueFactory = _ => 0.8f, HelpName = "S" };
    private readonly Option<int?> _topK = SharedOptions.Positive("--top-k", "How many nearest texts of each text to look at, 100 by default.");
    private readonly Option<int?> _maxPairs = SharedOptions.Positive("--max-pairs", "How many pairs to keep at most, 500,000 by default.");

    public PairsVerb()
        : base(
            "pairs",
            "Find duplicates and paraphrases: the pairs of texts in a file that are most alike.",
            "akin pairs --model sentence-transformers/all-MiniLM-L6-v2 --input questions.txt",
            "akin pairs --model ./my-model --input faq.csv --text question --min-score 0.9 --output duplicates.tsv",
            "akin pairs --model ./my-model --input questions.jsonl.gz --json > duplicates.jsonl")
    {
        foreach (Option option in new Option[] { _model, _input, _textField, _output, _minScore, _topK, _maxPairs })
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string? output = arguments.GetValue(_output);
        if (output is not null && FormatOf(output) is not (TextFormat.Tsv or TextFormat.JsonLines))
        {
            throw new CommandException($"'{output}' cannot be written: pairs are written as .tsv or .jsonl.");
        }

        List<(string Id, string Text)> texts = [.. TextRecords.Read(arguments.GetRequiredValue(_input), new TextRecordOptions { TextField = arguments.GetRequiredValue(_textField) })
            .Where(record => !string.IsNullOrWhiteSpace(record.FullText))
            .Select(record => (record.Id, record.FullText))];
        if (texts.Count == 0)
        {
            throw new CommandException("There is no text in the input.");
        }

        SentenceTransformer model = ModelLoading.SentenceTransformer(context, DefaultModel.Or(arguments.GetValue(_model)));
        float[] vectors = Embed(context, model, texts);
        IReadOnlyList<ScoredPair> pairs;
        using (ProgressReport report = context.Progress("Comparing", "texts", texts.Count))
        {
            pairs = ParaphraseMining.Find(
                vectors,
                model.Dimension,
                arguments.GetValue(_topK) ?? 100,
                arguments.GetValue(_maxPairs) ?? 500_000,
                arguments.GetValue(_minScore),
                report,
                context.Cancellation);
        }

        if (output is not null)
        {
            AtomicFile.Write(output, stream =>
            {
                using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
                Write(writer, FormatOf(output), pairs, texts);
            });
            Summarize(context, texts.Count, pairs.Count, output);
        }
        else if (context.Json)
        {
            Write(context.Output, TextFormat.JsonLines, pairs, texts);
        }
        else
        {
            PrintTable(context, pairs, texts);
        }
    }

    private static TextFormat FormatOf(string output) => output.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
        ? throw new CommandException($"'{output}' cannot be written: pairs are not packed; leave .gz out.")
        : TextRecords.Format(output);

    private static float[] Embed(CommandContext context, SentenceTransformer model, List<(string Id, string Text)> texts)
    {
        long size = (long)texts.Count * model.Dimension;
        if (size > Array.MaxLength)
        {
            throw new CommandException($"{texts.Count:N0} vectors of {model.Dimension} dimensions are too many to compare at once; at most {Array.MaxLength / model.Dimension:N0} are.");
        }

        float[] vectors = new float[size];
        using ProgressReport report = context.Progress("Embedding", "texts", texts.Count);
        for (int first = 0; first < texts.Count; first += WindowTexts)
        {
            int count = Math.Min(WindowTexts, texts.Count - first);
            string[] window = [.. texts.GetRange(first, count).Select(text => text.Text)];
            model.Encode(window, vectors.AsSpan(first * model.Dimension, count * model.Dimension), cancellationToken: context.Cancellation);
            report.Report(first + count);
        }

        return vectors;
    }

    private static void Write(TextWriter writer, TextFormat format, IReadOnlyList<ScoredPair> pairs, List<(string Id, string Text)> texts)
    {
        if (format == TextFormat.Tsv)
        {
            writer.WriteLine("score\tid1\tid2\ttext1\ttext2");
            foreach (ScoredPair pair in pairs)
            {
                string score = pair.Score.ToString("R", CultureInfo.InvariantCulture);
                (string Id, string Text) first = texts[pair.First], second = texts[pair.Second];
                writer.WriteLine($"{score}\t{Cell(first.Id)}\t{Cell(second.Id)}\t{Cell(first.Text)}\t{Cell(second.Text)}");
            }

            return;
        }

        using JsonLineWriter lines = new(writer);
        foreach (ScoredPair pair in pairs)
        {
            lines.Write((pair.Score, First: texts[pair.First], Second: texts[pair.Second]), static (json, row) =>
            {
                json.WriteStartObject();
                json.WriteNumber("score", row.Score);
                json.WriteString("id1", row.First.Id);
                json.WriteString("id2", row.Second.Id);
                json.WriteString("text1", row.First.Text);
                json.WriteString("text2", row.Second.Text);
                json.WriteEndObject();
            });
        }
    }

    /// <summary>A text as a cell of a .tsv file, which cannot hold tabs and line ends.</summary>
    private static string Cell(string text) => text.AsSpan().ContainsAny("\t\r\n") ? string.Join(' ', text.Split(['\t', '\r', '\n'])) : text;

    private static void PrintTable(CommandContext context, IReadOnlyList<ScoredPair> pairs, List<(string Id, string Text)> texts)
    {
        foreach (ScoredPair pair in pairs.Take(TableRows))
        {
            context.Output.WriteLine($"{pair.Score:F4}  {texts[pair.First].Id}  {TextSnippet.Of(texts[pair.First].Text)}");
            context.Output.WriteLine($"        {texts[pair.Second].Id}  {TextSnippet.Of(texts[pair.Second].Text)}");
        }

        context.Output.Flush();
        context.Message($"{pairs.Count:N0} pairs of {texts.Count:N0} texts{(pairs.Count > TableRows ? $", the first {TableRows} are shown: --output writes all" : "")}.");
    }

    private static void Summarize(CommandContext context, int texts, int pairs, string output)
    {
        if (context.Json)
        {
            JsonOutput.Write(context, new { Texts = texts, Pairs = pairs, Output = output });
        }
        else
        {
            context.Message($"{pairs:N0} pairs of {texts:N0} texts in '{output}'.");
        }
    }
}
