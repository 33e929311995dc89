using System.Buffers;
using System.Text;

namespace Akin.Datasets;

/// <summary>
/// Reads .csv and .tsv files with a header: UTF-8, any line ends, gzip unpacked, <c>-</c> for standard input. Blank lines are skipped.
/// A row with more or fewer cells than the header is refused, because guessing would shift columns silently.
/// </summary>
public static class DelimitedFile
{
    /// <summary>The rows of a file in order, read as they are asked for.</summary>
    /// <param name="path">A .csv or .tsv file, either with .gz, or <c>-</c>.</param>
    /// <param name="delimiter">What separates cells; by default a tab in .tsv files, else a comma.</param>
    /// <param name="quoting">What quotes mean.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">
    /// The file has no header or no row, a row is ragged, a quoted field is not closed or goes on after its closing quote,
    /// a column name occurs twice, or the text is not UTF-8.
    /// </exception>
    public static IEnumerable<DelimitedRow> Read(string path, char? delimiter = null, DelimitedQuoting quoting = DelimitedQuoting.ByExtension)
    {
        bool tabs = InputFile.FormatExtension(path) == ".tsv";
        string name = InputFile.DisplayName(path);
        using Parser parser = new(
            path,
            (byte)(delimiter ?? (tabs ? '\t' : ',')),
            quoting == DelimitedQuoting.Quoted || (quoting == DelimitedQuoting.ByExtension && !tabs));

        string[] header = parser.Next() ?? throw InputFile.Empty(path);
        if (header.GroupBy(column => column).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new DataFormatException(name, parser.RowLine, $"the header names column '{twice.Key}' twice; give each column its own name.");
        }

        bool any = false;
        while (parser.Next() is { } cells)
        {
            if (cells.Length != header.Length)
            {
                throw new DataFormatException(name, parser.RowLine, $"the row has {cells.Length} cells, the header {header.Length}; quote cells that hold the delimiter.");
            }

            any = true;
            yield return new DelimitedRow(name, parser.RowLine, header, cells);
        }

        if (!any)
        {
            throw new DataFormatException(name, 0, $"there is no row below the header ({string.Join(", ", header)}).");
        }
    }

    /// <summary>A byte at a time: every character with a meaning is ASCII, so cells are cut as bytes and decoded whole.</summary>
    private sealed class Parser(string path, byte delimiter, bool quoted) : IDisposable
    {
        private const int EndOfFile = -1;
        private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

        private readonly string _name = InputFile.DisplayName(path);
        private readonly Stream _stream = InputFile.Open(path);
        private readonly byte[] _buffer = new byte[1 << 16];
        private readonly ArrayBufferWriter<byte> _cell = new();
        private readonly List<string> _cells = [];
        private int _position;
        private int _length;
        private int _line = 1;
        private bool _started;

        /// <summary>Line on which the row read last begins, from 1.</summary>
        public int RowLine { get; private set; }

        /// <summary>The cells of the next row that is not a blank line, or null at the end.</summary>
        public string[]? Next()
        {
            if (!_started)
            {
                _started = true;
                SkipByteOrderMark();
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
                int end = quoted && Peek() == '"' ? ReadQuoted() : ReadPlain();
                _cells.Add(Decode());
                if (end != delimiter)
                {
                    return [.. _cells];
                }
            }
        }

        public void Dispose() => _stream.Dispose();

        private int ReadPlain()
        {
            while (true)
            {
                int next = Read();
                if (next == delimiter || next == '\n' || next == '\r' || next == EndOfFile)
                {
                    return EndCell(next);
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
                if (next == EndOfFile)
                {
                    throw new DataFormatException(_name, openedOn, "the quote that opens a field here is never closed.");
                }

                if (next != '"')
                {
                    _line += next == '\n' || (next == '\r' && Peek() != '\n') ? 1 : 0;
                    Append((byte)next);
                    continue;
                }

                if (Peek() == '"')
                {
                    Append((byte)Read());
                    continue;
                }

                next = Read();
                if (next != delimiter && next != '\n' && next != '\r' && next != EndOfFile)
                {
                    throw new DataFormatException(_name, _line, "letters follow the closing quote of a field; double the quotes inside a quoted field.");
                }

                return EndCell(next);
            }
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
            while (Peek() is '\n' or '\r')
            {
                EndCell(Read());
            }
        }

        private void SkipByteOrderMark()
        {
            Fill();
            ReadOnlySpan<byte> start = _buffer.AsSpan(0, _length);
            if (start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            {
                throw LineReader.NotUtf8(_name, 1, null);
            }

            _position = start.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        }

        private void Append(byte value)
        {
            if (_cell.WrittenCount == LineReader.MaximumLineBytes)
            {
                throw new DataFormatException(_name, RowLine, $"the row is longer than {LineReader.MaximumLineBytes >> 20} MiB; is a quote left open?");
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
                throw LineReader.NotUtf8(_name, RowLine, exception);
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
                Fill();
            }

            return _position < _length ? _buffer[_position] : EndOfFile;
        }

        private int Read()
        {
            int next = Peek();
            _position += next == EndOfFile ? 0 : 1;
            return next;
        }

        private void Fill()
        {
            try
            {
                _position = 0;
                _length = _stream.ReadAtLeast(_buffer, 3, throwOnEndOfStream: false);
            }
            catch (InvalidDataException exception)
            {
                throw new DataFormatException(_name, 0, $"the gzip data is damaged or cut off near line {_line}.", exception);
            }
        }
    }
}
