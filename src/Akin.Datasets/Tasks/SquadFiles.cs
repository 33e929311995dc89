using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Akin.Datasets.Columns;

namespace Akin.Datasets.Tasks;

/// <summary>
/// Reads question-answering files in the layout of SQuAD 1.1 and 2.0 (also KorQuAD 1.0, XQuAD, CMRC 2018 in that style). The columns are those of Python's <c>datasets</c>:
/// <c>id</c>, <c>title</c>, <c>context</c>, <c>question</c>, <c>answers</c> with the lists <c>text</c> and <c>answer_start</c>; a question without answer has empty lists.
/// </summary>
public static class SquadFiles
{
    /// <summary>The columns of a loaded set.</summary>
    public static Features Features { get; } = new(
        ("id", Value.String),
        ("title", Value.String),
        ("context", Value.String),
        ("question", Value.String),
        ("answers", new StructFeature(new Features(("text", new ListFeature(Value.String)), ("answer_start", new ListFeature(Value.Int32))))));

    /// <summary>One file. Starts of answers are kept as the file has them: counted in code points, see <see cref="ToUtf16"/>.</summary>
    /// <param name="file">A .json file, also with .gz.</param>
    /// <param name="encoding">What the file is written in, where no byte-order mark tells; <see langword="null"/>: UTF-8.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DataFormatException">The file is not JSON of this layout; the message names the paragraph.</exception>
    public static Dataset LoadFile(string file, string? encoding = null, CancellationToken cancellationToken = default)
    {
        using JsonDocument document = Parse(file, encoding);
        BatchBuilder builder = new(Features);
        using TableSink sink = new(Features);
        int article = 0;
        foreach (JsonElement entry in Items(document.RootElement, "data", file, "the file"))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string title = entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("title", out JsonElement named) ? named.ToString() : "";
            int paragraph = 0;
            foreach (JsonElement part in Items(entry, "paragraphs", file, $"article {article}"))
            {
                string where = $"article {article}, paragraph {paragraph}";
                string context = Text(part, "context", file, where);
                foreach (JsonElement question in Items(part, "qas", file, where))
                {
                    builder.Add([.. Row(question, title, context, file, where)], () => $"{file}: {where}");
                    if (builder.IsFull)
                    {
                        sink.Add(builder.Take());
                    }
                }

                paragraph++;
            }

            article++;
        }

        sink.Add(builder.Take());
        FileInfo info = new(file);
        return new Dataset(sink.Complete(), Fingerprints.Of("", "squad", $"{info.FullName} {info.Length} {info.LastWriteTimeUtc.Ticks}"));
    }

    /// <summary>A place counted in code points, as the files count, as a place in a .NET string, which counts characters beyond U+FFFF twice.</summary>
    /// <param name="text">The context.</param>
    /// <param name="codePoint">The place in code points.</param>
    /// <returns>The place in the string; its length when the text is shorter.</returns>
    public static int ToUtf16(string text, int codePoint)
    {
        int place = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (codePoint-- <= 0)
            {
                return place;
            }

            place += rune.Utf16SequenceLength;
        }

        return place;
    }

    private static object?[] Row(JsonElement question, string title, string context, string file, string where)
    {
        string id = Text(question, "id", file, where);
        List<string> texts = [];
        List<int> starts = [];

        // SQuAD 2.0 keeps plausible answers of unanswerable questions under another name.
        if (question.TryGetProperty("answers", out _))
        {
            foreach (JsonElement answer in Items(question, "answers", file, $"{where}, question {id}"))
            {
                texts.Add(Text(answer, "text", file, $"{where}, question {id}"));
                starts.Add(answer.TryGetProperty("answer_start", out JsonElement start) && start.TryGetInt32(out int number)
                    ? number
                    : throw new DataFormatException(file, 0, $"{where}, question {id}: an answer has no whole number answer_start."));
            }
        }

        return [id, title, context, Text(question, "question", file, where), new RowValues { ["text"] = texts, ["answer_start"] = starts }];
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement parent, string name, string file, string where) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray()
            : throw new DataFormatException(file, 0, $"{where} has no list '{name}'; expected the layout of SQuAD: data, paragraphs, qas, answers.");

    private static string Text(JsonElement parent, string name, string file, string where) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number
            ? value.ToString()
            : throw new DataFormatException(file, 0, $"{where} has no text '{name}'.");

    private static JsonDocument Parse(string file, string? encoding)
    {
        using TextInput input = new(file, encoding);
        using MemoryStream text = new();
        byte[] buffer = new byte[1 << 16];
        for (int read = input.Read(buffer, line: 0); read > 0; read = input.Read(buffer, line: 0))
        {
            text.Write(buffer, 0, read);
        }

        ReadOnlyMemory<byte> json = text.GetBuffer().AsMemory(0, (int)text.Length);
        if (!Utf8.IsValid(json.Span))
        {
            throw input.NotUtf8(line: 0, innerException: null);
        }

        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException exception)
        {
            throw new DataFormatException(file, (int)(exception.LineNumber ?? 0) + 1, "this is not JSON.", exception);
        }
    }
}
