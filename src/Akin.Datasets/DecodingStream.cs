using System.Text;

namespace Akin.Datasets;

/// <summary>Gives the bytes of a text in another encoding as UTF-8.</summary>
internal sealed class DecodingStream(Stream source, Encoding encoding) : ForwardStream
{
    private readonly Decoder _decoder = encoding.GetDecoder();
    private readonly HangulComposer? _composer = encoding.CodePage == TextEncodings.KoreanWindowsPage ? new HangulComposer() : null;
    private readonly Encoder _encoder = new UTF8Encoding(false).GetEncoder();
    private readonly byte[] _bytes = new byte[1 << 14];
    private readonly char[] _letters = new char[(1 << 14) + HangulComposer.Length];
    private byte[] _ready = new byte[1 << 16];
    private int _position;
    private int _length;
    private bool _ended;

    public override int Read(Span<byte> buffer)
    {
        while (_position == _length && !_ended)
        {
            Fill();
        }

        int count = Math.Min(buffer.Length, _length - _position);
        _ready.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        source.Dispose();
        base.Dispose(disposing);
    }

    private void Fill()
    {
        // A replacement may be longer than the bytes it replaces: never give the decoder more bytes than there is room for.
        int read = source.Read(_bytes, 0, _bytes.Length / 4);
        _ended = read == 0;
        int kept = _composer?.TakeKept(_letters) ?? 0;
        int count = kept + _decoder.GetChars(_bytes.AsSpan(0, read), _letters.AsSpan(kept), flush: _ended);
        count = _composer?.Compose(_letters.AsSpan(0, count), _ended) ?? count;
        _position = 0;
        _length = _encoder.GetBytes(_letters.AsSpan(0, count), _ready, flush: _ended);
    }
}
