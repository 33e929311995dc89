using System.CommandLine;
using System.Text.Json;
using Akin.Datasets;
using Akin.Tokenizers;

namespace Akin.Cli.Verbs;

/// <summary><c>akin tokenize</c>: what a model reads of each text, how it comes about, and the way back.</summary>
internal sealed class TokenizeVerb : Verb
{
    private const string PieceSeparator = "│";

    private readonly Option<string?> _model = TokenizerOptions.Model();
    private readonly Option<string> _input = new("--input", "-i") { Description = "Texts: .txt (one a line), .jsonl (field text), .csv, .tsv, each also .gz; - is standard input.", Required = true };
    private readonly Option<string?> _pair = new("--pair") { Description = "A second file with as many texts: each is encoded together with the text at its place in --input." };
    private readonly Option<int?> _maxLength = SharedOptions.Positive("--max-length", "Cut to so many tokens, special tokens included; of a pair the longer text first. By default nothing is cut.");

    private readonly Option<bool> _explain = new("--explain") { Description = "Show what each stage of the tokenizer does with each text, as a table." };
    private readonly Option<bool> _decode = new("--decode") { Description = "The other way: print the texts of token ids; --input has a JSON array a line, or what --json printed." };

    public TokenizeVerb()
        : base(
            "tokenize",
            "Print the tokens of each text; with --json an object a line: ids, tokens, type_ids, special_tokens_mask, offsets (UTF-16 pairs).",
            "akin tokenize --model sentence-transformers/all-MiniLM-L6-v2 --input texts.txt",
            "akin tokenize --model ./my-model --input questions.jsonl --pair passages.jsonl --max-length 512 --json",
            "echo 'Hello there' | akin tokenize --model ./my-model --input - --explain",
            "echo '[101, 7592, 102]' | akin tokenize --model ./my-model --input - --decode")
    {
        Add(_model);
        Add(_input);
        Add(_pair);
        Add(_maxLength);
        Add(_explain);
        Add(_decode);
    }

    protected override void Execute(ParseResult arguments, CommandContext context)
    {
        string input = arguments.GetRequiredValue(_input);
        string? pair = arguments.GetValue(_pair);
        if (input == InputFile.StandardInput && pair == InputFile.StandardInput)
        {
            throw new CommandException("--input and --pair cannot both be standard input.");
        }

        bool explains = arguments.GetValue(_explain), decodes = arguments.GetValue(_decode);
        if ((explains || decodes) && (pair is not null || arguments.GetValue(_maxLength) is not null || (explains && decodes)))
        {
            throw new CommandException("--explain and --decode go neither together nor with --pair and --max-length.");
        }

        Tokenizer tokenizer = TokenizerOptions.Load(context, DefaultModel.Or(arguments.GetValue(_model)));
        if (decodes)
        {
            Decode(context, tokenizer, input);
            return;
        }

        if (explains)
        {
            Explain(context, tokenizer, input);
            return;
        }

        EncodeOptions options = new() { Truncation = arguments.GetValue(_maxLength) is { } length ? new Truncation(length) : null };
        using JsonLineWriter json = new(context.Output);
        foreach ((string text, string? second) in pair is null ? Single(input) : Pairs(input, pair))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            Encoding encoding = tokenizer.Encode(text, second, options);
            if (context.Json)
            {
                json.Write(encoding, Write);
            }
            else
            {
                context.Output.WriteLine(string.Join(' ', encoding.Tokens));
            }
        }
    }

    private static void Explain(CommandContext context, Tokenizer tokenizer, string input)
    {
        foreach (TextRecord record in TextRecords.Read(input))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            IReadOnlyList<TokenizationStage> stages = tokenizer.Explain(record.Text);
            if (context.Json)
            {
                JsonOutput.Write(context, stages);
                continue;
            }

            string ids = string.Join(PieceSeparator, tokenizer.Encode(record.Text).Ids);
            ModelText.WriteColumns(
                context.Output,
                stages.Select(static stage => new[] { stage.Stage, stage.Component, string.Join(PieceSeparator, stage.Pieces) }).Append(["ids", "", ids]));
            context.Output.WriteLine();
        }
    }

    private static void Decode(CommandContext context, Tokenizer tokenizer, string input)
    {
        using JsonLineWriter json = new(context.Output);
        foreach (int[] ids in TokenIdLines.Read(input))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            string text = tokenizer.Decode(ids);
            if (context.Json)
            {
                json.Write(text, static (writer, value) =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("text", value);
                    writer.WriteEndObject();
                });
            }
            else
            {
                context.Output.WriteLine(text);
            }
        }
    }

    private static IEnumerable<(string First, string? Second)> Single(string input) => TextRecords.Read(input).Select(record => (record.Text, (string?)null));

    private static IEnumerable<(string First, string? Second)> Pairs(string input, string pair)
    {
        using IEnumerator<TextRecord> first = TextRecords.Read(input).GetEnumerator(), second = TextRecords.Read(pair).GetEnumerator();
        for (int count = 0; ; count++)
        {
            bool hasFirst = first.MoveNext(), hasSecond = second.MoveNext();
            if (hasFirst != hasSecond)
            {
                (string longer, string shorter) = hasFirst ? (input, pair) : (pair, input);
                throw new CommandException(
                    $"'{InputFile.DisplayName(shorter)}' ends after {count:N0} texts and '{InputFile.DisplayName(longer)}' has more: a pair needs a text in each.");
            }

            if (!hasFirst)
            {
                yield break;
            }

            yield return (first.Current.Text, second.Current.Text);
        }
    }

    private static void Write(Utf8JsonWriter json, Encoding encoding)
    {
        json.WriteStartObject();
        WriteNumbers(json, "ids", encoding.Ids);
        json.WriteStartArray("tokens");
        foreach (string token in encoding.Tokens)
        {
            json.WriteStringValue(token);
        }

        json.WriteEndArray();
        WriteNumbers(json, "type_ids", encoding.TypeIds);
        WriteNumbers(json, "special_tokens_mask", encoding.SpecialTokensMask);
        json.WriteStartArray("offsets");
        foreach (TextSpan span in encoding.Offsets)
        {
            json.WriteStartArray();
            json.WriteNumberValue(span.Start);
            json.WriteNumberValue(span.End);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, int[] values)
    {
        json.WriteStartArray(name);
        foreach (int value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
