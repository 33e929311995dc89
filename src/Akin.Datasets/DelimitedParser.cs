using System.Buffers;
using System.Text;

namespace Akin.Datasets;

/// <summary>Cuts a delimited file into cells, a byte at a time: every character with a meaning is ASCII, so cells are cut as UTF-8 bytes and decoded whole.</summary>
internal sealed class DelimitedParser : IDisposable
{
    private const int EndOfFile = -1;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly TextInput _input;
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly ArrayBufferWriter<byte> _cell = new();
    private readonly List<string> _cells = [];
    private readonly int _delimiter;
    private readonly bool _quoted;
    private readonly int _quote;
    private readonly int _escape;
    private readonly int _comment;
    private readonly bool _skipInitialSpace;
    private int _linesToSkip;
    private int _position;
    private int _length;
    private int _line = 1;

    public DelimitedParser(TextInput input, string path, DelimitedOptions options)
    {
        _input = input;
        bool tabs = InputFile.FormatExtension(path) == ".tsv";
        _delimiter = Ascii(options.Delimiter ?? (tabs ? '\t' : ','), nameof(options.Delimiter));
        _quoted = options.Quoting == DelimitedQuoting.Quoted || (options.Quoting == DelimitedQuoting.ByExtension && !tabs);
        _quote = Ascii(options.Quote, nameof(options.Quote));
        _escape = options.Escape is { } escape ? Ascii(escape, nameof(options.Escape)) : EndOfFile - 1;
        _comment = options.Comment is { } comment ? Ascii(comment, nameof(options.Comment)) : EndOfFile - 1;
        _skipInitialSpace = options.SkipInitialSpace;
        _linesToSkip = options.SkipLines;
    }

    /// <summary>Line on which the row read last begins, from 1.</summary>
    public int RowLine { get; private set; }

    /// <summary>The cells of the next row that is not a blank line, or null at the end.</summary>
    public string[]? Next()
    {
        for (; _linesToSkip > 0; _linesToSkip--)
        {
            SkipLine();
        }

        SkipBlankLines();
        RowLine = _line;
        _cells.Clear();
        if (Peek() == EndOfFile)
        {
            return null;
        }

        while (true)
        {
            while (_skipInitialSpace && Peek() == ' ')
            {
                Read();
            }

            int end = _quoted && Peek() == _quote ? ReadQuoted() : ReadPlain();
            _cells.Add(Decode());
            if (end != _delimiter)
            {
                return [.. _cells];
            }
        }
    }

    public void Dispose() => _input.Dispose();

    private static int Ascii(char character, string option) =>
        character < 0x80 ? character : throw new DatasetException($"{option} must be an ASCII character; found '{character}'.");

    private int ReadPlain()
    {
        while (true)
        {
            int next = Read();
            if (next == _comment)
            {
                while (Peek() is not ('\n' or '\r' or EndOfFile))
                {
                    Read();
                }

                next = Read();
            }

            if (next == _delimiter || next == '\n' || next == '\r' || next == EndOfFile)
            {
                return EndCell(next);
            }

            if (next == _escape && Peek() != EndOfFile)
            {
                next = Read();
            }

            Append((byte)next);
        }
    }

    private int ReadQuoted()
    {
        Read();
        int openedOn = _line;
        while (true)
        {
            int next = Read();
            if (next == _escape)
            {
                next = Read();
                _line += next == '\n' ? 1 : 0;
            }
            else if (next == _quote)
            {
                if (Peek() != _quote || _escape >= 0)
                {
                    break;
                }

                Append((byte)Read());
                continue;
            }

            if (next == EndOfFile)
            {
                throw new DataFormatException(_input.Name, openedOn, "the quote that opens a field here is never closed.");
            }

            _line += next == '\n' || (next == '\r' && Peek() != '\n') ? 1 : 0;
            Append((byte)next);
        }

        int end = Read();
        if (end != _delimiter && end != '\n' && end != '\r' && end != EndOfFile)
        {
            throw new DataFormatException(_input.Name, _line, "letters follow the closing quote of a field; double the quotes inside a quoted field.");
        }

        return EndCell(end);
    }

    /// <summary>Takes a CRLF as one line end and counts lines.</summary>
    private int EndCell(int end)
    {
        if (end == '\r' && Peek() == '\n')
        {
            Read();
        }

        _line += end is '\n' or '\r' ? 1 : 0;
        return end;
    }

    private void SkipBlankLines()
    {
        while (true)
        {
            if (Peek() is '\n' or '\r')
            {
                EndCell(Read());
            }
            else if (Peek() == _comment)
            {
                SkipLine();
            }
            else
            {
                return;
            }
        }
    }

    private void SkipLine()
    {
        while (Peek() is not ('\n' or '\r' or EndOfFile))
        {
            Read();
        }

        EndCell(Read());
    }

    private void Append(byte value)
    {
        if (_cell.WrittenCount == LineReader.MaximumLineBytes)
        {
            throw new DataFormatException(_input.Name, RowLine, $"the row is longer than {LineReader.MaximumLineBytes >> 20} MiB; is a quote left open?");
        }

        _cell.GetSpan(1)[0] = value;
        _cell.Advance(1);
    }

    private string Decode()
    {
        try
        {
            return StrictUtf8.GetString(_cell.WrittenSpan);
        }
        catch (DecoderFallbackException exception)
        {
            throw _input.NotUtf8(RowLine, exception);
        }
        finally
        {
            _cell.ResetWrittenCount();
        }
    }

    private int Peek()
    {
        if (_position == _length)
        {
            _position = 0;
            _length = _input.Read(_buffer, _line);
        }

        return _position < _length ? _buffer[_position] : EndOfFile;
    }

    private int Read()
    {
        int next = Peek();
        _position += next == EndOfFile ? 0 : 1;
        return next;
    }
}
