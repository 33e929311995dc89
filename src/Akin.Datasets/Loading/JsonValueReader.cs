using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Akin.Datasets.Loading;

/// <summary>
/// Cuts a file into its JSON values, one at a time: objects one after the other, on one line or over several, or the items of one array.
/// NaN and Infinity, which Python writes, are handed out as marked strings.
/// </summary>
internal sealed class JsonValueReader(TextInput input, bool itemsOfArray) : IDisposable
{
    /// <summary>What NaN, Infinity and -Infinity become; no text begins with this by chance.</summary>
    public const string NumberMark = "\0number:";

    private const int EndOfFile = -1;
    private const int MaximumDepth = 64;
    private static readonly JsonDocumentOptions StrictJson = new() { AllowDuplicateProperties = false, MaxDepth = MaximumDepth };

    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly ArrayBufferWriter<byte> _value = new();
    private int _position;
    private int _length;
    private int _line = 1;
    private int _valueCount;
    private bool _inArray;
    private bool _ended;

    /// <summary>Line on which the value read last begins, from 1.</summary>
    public int ValueLine { get; private set; }

    /// <summary>The next value, or null at the end.</summary>
    /// <exception cref="DataFormatException">What follows is not JSON.</exception>
    public JsonElement? Next()
    {
        SkipBlanks();
        if (itemsOfArray ? !MoveToItem() : Peek() == EndOfFile)
        {
            return null;
        }

        ValueLine = _line;
        _value.ResetWrittenCount();
        Scan();
        _valueCount++;
        return Parse();
    }

    public void Dispose() => input.Dispose();

    /// <summary>Goes to the next item of the array; false at its end.</summary>
    private bool MoveToItem()
    {
        ValueLine = _line;
        bool first = !_inArray;
        if (first)
        {
            _inArray = true;
            Read();
            SkipBlanks();
        }

        int next = Peek();
        if (next == EndOfFile)
        {
            return _ended ? false : throw Bad("the array is never closed");
        }

        if (next == ']')
        {
            _ended = true;
            Read();
            SkipBlanks();
            return Peek() == EndOfFile ? false : throw new DataFormatException(input.Name, _line, "there is text after the end of the array.");
        }

        if (!first)
        {
            if (next != ',')
            {
                throw Bad("a comma is missing between items");
            }

            Read();
            SkipBlanks();
        }

        return true;
    }

    /// <summary>Copies one value: up to its closing bracket, or up to what cannot belong to a number or word.</summary>
    private void Scan()
    {
        int depth = 0;
        while (true)
        {
            int next = Peek();
            switch (next)
            {
                case EndOfFile when depth > 0:
                    throw Bad("the value that begins here is never closed");
                case EndOfFile:
                    return;
                case '"':
                    ScanString();
                    break;
                case '{' or '[':
                    depth++;
                    if (depth > MaximumDepth)
                    {
                        throw Bad($"the value nests deeper than {MaximumDepth} levels");
                    }

                    Take();
                    break;
                case '}' or ']':
                    if (depth == 0)
                    {
                        throw Bad($"'{(char)next}' closes nothing");
                    }

                    depth--;
                    Take();
                    break;
                case 'N' or 'I' or '-':
                    ScanWord();
                    break;
                case ',' or ' ' or '\t' or '\r' or '\n' when depth == 0:
                    return;
                default:
                    Take();
                    break;
            }

            if (depth == 0 && (next is '}' or ']' or '"'))
            {
                return;
            }
        }
    }

    private void ScanString()
    {
        Take();
        while (true)
        {
            int next = Peek();
            if (next is EndOfFile or '\n')
            {
                throw Bad("a string is never closed");
            }

            Take();
            if (next == '\\')
            {
                Take();
            }
            else if (next == '"')
            {
                return;
            }
        }
    }

    private void ScanWord()
    {
        int start = _value.WrittenCount;
        do
        {
            Take();
        }
        while (Peek() is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'));

        ReadOnlySpan<byte> word = _value.WrittenSpan[start..];
        if (word.SequenceEqual("NaN"u8) || word.SequenceEqual("Infinity"u8) || word.SequenceEqual("-Infinity"u8))
        {
            string marked = $"\"\\u0000{NumberMark[1..]}{System.Text.Encoding.ASCII.GetString(word)}\"";
            byte[] before = _value.WrittenSpan[..start].ToArray();
            _value.ResetWrittenCount();
            _value.Write(before);
            _value.Write(System.Text.Encoding.ASCII.GetBytes(marked));
        }
    }

    private JsonElement Parse()
    {
        if (!Utf8.IsValid(_value.WrittenSpan))
        {
            throw input.NotUtf8(ValueLine, null);
        }

        try
        {
            return JsonElement.Parse(_value.WrittenSpan, StrictJson);
        }
        catch (JsonException exception)
        {
            int line = ValueLine + (int)(exception.LineNumber ?? 0);
            string where = exception.BytePositionInLine is { } position ? $" (byte {position + 1} of {(line == ValueLine ? "the value" : $"line {line}")})" : "";
            throw Bad($"this is not JSON{where}", exception);
        }
    }

    private DataFormatException Bad(string problem, Exception? exception = null) =>
        new(input.Name, ValueLine, $"{problem}; value {_valueCount + 1} of the file must be a whole JSON object such as {{\"text\": \"…\", \"label\": 1}}.", exception);

    private void SkipBlanks()
    {
        while (Peek() is ' ' or '\t' or '\r' or '\n')
        {
            Read();
        }
    }

    private void Take()
    {
        int next = Read();
        if (next == EndOfFile)
        {
            return;
        }

        if (_value.WrittenCount == LineReader.MaximumLineBytes)
        {
            throw Bad($"the value is longer than {LineReader.MaximumLineBytes >> 20} MiB");
        }

        _value.GetSpan(1)[0] = (byte)next;
        _value.Advance(1);
    }

    private int Peek()
    {
        if (_position == _length)
        {
            _position = 0;
            _length = input.Read(_buffer, _line);
        }

        return _position < _length ? _buffer[_position] : EndOfFile;
    }

    private int Read()
    {
        int next = Peek();
        _position += next == EndOfFile ? 0 : 1;
        _line += next == '\n' ? 1 : 0;
        return next;
    }
}
