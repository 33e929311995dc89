using System.Text;

namespace Akin.Datasets;

/// <summary>
/// Decodes the characters that code page 932 holds twice: NEC's selection of IBM's extensions (0xED40 to 0xEEFC), which .NET's table lacks, are looked up
/// where IBM placed them (0xFA40 to 0xFC4B). Other bytes go to the fallback given.
/// </summary>
internal sealed class ShiftJisFallback(DecoderFallback otherwise) : DecoderFallback
{
    public override int MaxCharCount => Math.Max(1, otherwise.MaxCharCount);

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer(otherwise.CreateFallbackBuffer());

    private static char? Find(byte[] bytes)
    {
        const int RowLength = 188;
        const int SkippedTrailByte = 0x7F;
        const int KanjiCount = 360;
        if (bytes is not [0xED or 0xEE, _])
        {
            return null;
        }

        int place = ((bytes[0] - 0xED) * RowLength) + bytes[1] - (bytes[1] < SkippedTrailByte ? 0x40 : 0x41);
        int target = place switch
        {
            < KanjiCount => place + 28,
            >= 362 and < 372 => place - 362,
            >= 372 and < 376 => place - 372 + 20,
            _ => -1,
        };
        int trail = 0x40 + (target % RowLength);
        return target < 0
            ? null
            : Encoding.GetEncoding(932).GetString([(byte)(0xFA + (target / RowLength)), (byte)(trail < SkippedTrailByte ? trail : trail + 1)])[0];
    }

    private sealed class Buffer(DecoderFallbackBuffer otherwise) : DecoderFallbackBuffer
    {
        private char? _found;
        private bool _own;

        public override int Remaining => _own ? (_found is null ? 0 : 1) : otherwise.Remaining;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            _found = Find(bytesUnknown);
            _own = _found is not null;
            return _own || otherwise.Fallback(bytesUnknown, index);
        }

        public override char GetNextChar()
        {
            if (!_own)
            {
                return otherwise.GetNextChar();
            }

            char next = _found ?? '\0';
            _found = null;
            return next;
        }

        public override bool MovePrevious() => !_own && otherwise.MovePrevious();
    }
}
