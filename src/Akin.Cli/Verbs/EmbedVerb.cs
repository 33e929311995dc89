using System.CommandLine;
using System.Diagnostics;
using Akin.Cli.Embeddings;
using Akin.Datasets;
using Akin.Models.Checkpoints;
using Akin.Pipelines;

namespace Akin.Cli.Verbs;

/// <summary><c>akin embed</c>: texts in, vectors out, however many there are.</summary>
internal sealed class EmbedVerb : Verb
{
    /// <summary>Texts in memory at a time.</summary>
    private const int WindowTexts = 1024;

    private readonly Option<string?> _model = EncoderOptions.Model();
    private readonly Option<string> _input = new("--input", "-i")
    {
        Description = "Texts: .txt (a text a line), .jsonl (id, title, text), .csv or .tsv with a header, each also .gz; - for lines on standard input.",
        Required = true,
    };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Where the vectors go: .npy, .safetensors or .jsonl; - for JSON lines on standard output. The file appears when it is whole.",
        Required = true,
    };
    private readonly Option<int?> _batchTokens = EncoderOptions.BatchTokens();
    private readonly Option<bool> _noNormalize = new("--no-normalize") { Description = "Leave vectors as long as the model makes them." };
    private readonly Option<string?> _promptName = new("--prompt-name") { Description = "The name of one of the model's prompts, put in front of every text." };
    private readonly Option<EmbeddingPrecision> _precision = new("--precision")
    {
        Description = "How numbers are stored, float32 by default; int8 and uint8 take the range of every dimension from these very texts.",
    };

    public EmbedVerb()
        : base(
            "embed",
            "Turn texts into vectors whose distance is their distance in meaning.",
            "akin embed --model sentence-transformers/all-MiniLM-L6-v2 --input texts.txt --output vectors.npy",
            "akin embed --model ./my-model --input corpus.jsonl.gz --output vectors.safetensors --precision int8",
            "echo 'How do I reset my password?' | akin embed --model ./my-model --input - --output -")
    {
        _precision.AcceptOnlyFromAmong(Array.ConvertAll(Enum.GetNames<EmbeddingPrecision>(), name => name.ToLowerInvariant()));
        foreach (Option option in new Option[] { _model, _input, _output, _batchTokens, _noNormalize, _promptName, _precision })
        {
            Add(option);
        }
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string input = arguments.GetRequiredValue(_input), output = arguments.GetRequiredValue(_output);
        EmbeddingPrecision precision = arguments.GetValue(_precision);
        EmbeddingWriter.RequireSupported(output);
        using IEnumerator<TextRecord> records = TextRecords.Read(input).GetEnumerator();
        bool isAtRecord = records.MoveNext(); // what is wrong with the input is said before the model is loaded
        SentenceTransformer model = ModelLoading.SentenceTransformer(context, DefaultModel.Or(arguments.GetValue(_model)));
        EmbeddingOptions options = new()
        {
            Normalize = !arguments.GetValue(_noNormalize),
            PromptName = arguments.GetValue(_promptName),
            BatchTokens = arguments.GetValue(_batchTokens),
        };
        if (output == InputFile.StandardInput)
        {
            using Stream stdout = Console.OpenStandardOutput();
            using BufferedStream buffered = new(stdout, 1 << 16);
            EmbedAll(buffered);
            return;
        }

        long start = Stopwatch.GetTimestamp();
        long count = 0;
        AtomicFile.Write(output, stream => count = EmbedAll(stream));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (context.Json)
        {
            JsonOutput.Write(context, new { Texts = count, model.Dimension, Precision = precision.ToString().ToLowerInvariant(), Output = output, Seconds = seconds });
        }
        else
        {
            context.Message($"{count:N0} vectors of {model.Dimension} dimensions in '{output}' ({seconds:F1} s, {count / seconds:N0} texts a second).");
        }

        long EmbedAll(Stream stream)
        {
            using EmbeddingSink sink = new(output, stream, precision, model.Dimension);
            using ProgressReport report = context.Progress("Embedding", "texts");
            List<TextRecord> window = new(WindowTexts);
            float[] matrix = new float[WindowTexts * model.Dimension];
            long done = 0;
            while (isAtRecord)
            {
                window.Clear();
                while (isAtRecord && window.Count < WindowTexts)
                {
                    window.Add(records.Current);
                    isAtRecord = records.MoveNext();
                }

                Span<float> rows = matrix.AsSpan(0, window.Count * model.Dimension);
                model.Encode([.. window.Select(record => record.FullText)], rows, options, new WindowProgress(report, done), context.Cancellation);
                for (int i = 0; i < window.Count; i++)
                {
                    sink.Add(window[i].Id, rows.Slice(i * model.Dimension, model.Dimension));
                }

                done += window.Count;
            }

            sink.Complete(context.Cancellation);
            return done;
        }
    }

    /// <summary>Progress of a window as progress of the whole.</summary>
    private sealed class WindowProgress(ProgressReport report, long before) : IProgress<int>
    {
        public void Report(int value) => report.Report(before + value);
    }
}
