using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.SentencePiece;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Normalizers;

/// <summary>
/// The normalization rule of a SentencePiece model as Hugging Face tokenizers 0.23 applies it: by grapheme clusters. A cluster of fewer than six bytes
/// of UTF-8 is looked up whole, and if any start of it is an entry the replacement stands for all of it; longer ones go code point by code point.
/// SentencePiece itself takes the longest entry anywhere: see <see cref="SentencePieceNormalizer"/>.
/// </summary>
/// <remarks>Clusters are those of Unicode's UAX 29 as .NET knows them. Newer rules differ from older ones in clusters of six bytes and more only.</remarks>
public sealed class Precompiled : Normalizer
{
    private const int LongestClusterBytes = 5;

    private static readonly ulong[] Alone = StandingAlone();

    /// <summary>Makes the normalizer.</summary>
    /// <param name="map">The rule.</param>
    public Precompiled(CharacterMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        Map = map;
    }

    /// <inheritdoc/>
    public override string Type => "Precompiled";

    /// <summary>The rule.</summary>
    public CharacterMap Map { get; }

    internal static Precompiled Read(JsonFields fields)
    {
        const string Field = "precompiled_charsmap";
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(fields.String(Field));
        }
        catch (FormatException problem)
        {
            throw new TokenizerFileException(fields.File, fields.At(Field), $"not base64: {problem.Message}", problem);
        }
        string file = fields.File, place = fields.At(Field); // not the fields, which hold the whole file in memory
        return new Precompiled(CharacterMap.Parse(bytes, problem => new TokenizerFileException(file, place, problem)));
    }

    /// <inheritdoc/>
    public override void Normalize(NormalizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ReadOnlySpan<char> old = text.Text;
        int change = NextChange(old, 0);
        if (change == old.Length)
            return;
        TextRewriter rewriter = new(text);
        for (int at = 0; at < old.Length; change = NextChange(old, at))
        {
            Copy(ref rewriter, old, at, change);
            at = change;
            if (at == old.Length)
                break;
            ReadOnlySpan<char> cluster = old.Slice(at, ClusterLength(old[at..]));
            if (TryShortestWhole(cluster, out string? whole))
            {
                Replace(ref rewriter, Utf16.CountCodePoints(cluster), whole);
            }
            else
            {
                for (int i = 0; i < cluster.Length;)
                {
                    Utf16.CodePointAt(cluster, i, out int size);
                    if (Map.TryShortest(cluster.Slice(i, size), out string? replacement))
                        Replace(ref rewriter, 1, replacement);
                    else
                        Copy(ref rewriter, old, at + i, at + i + size);
                    i += size;
                }
            }
            at += cluster.Length;
        }
        rewriter.Finish();
    }

    internal override void Keep(JsonElement definition)
    {
        // Written from the map: no second copy of it is kept.
    }

    private protected override void WriteFields(Utf8JsonWriter writer) => writer.WriteBase64String("precompiled_charsmap", Map.Bytes);

    /// <summary>Where the next cluster that the rule changes starts; the length of the text when there is none.</summary>
    private int NextChange(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length)
        {
            if (Map.LeavesPrintableAscii)
            {
                int plain = text[at..].IndexOfAnyExceptInRange(' ', '\u007F');
                if (plain < 0)
                    return text.Length;
                at += Math.Max(plain - 1, 0); // the last of them may form a cluster with what follows
            }
            ReadOnlySpan<char> cluster = text.Slice(at, ClusterLength(text[at..]));
            bool changes = TryShortestWhole(cluster, out _);
            for (int i = 0; i < cluster.Length && !changes;)
            {
                Utf16.CodePointAt(cluster, i, out int size);
                changes = Map.TryShortest(cluster.Slice(i, size), out _);
                i += size;
            }
            if (changes)
                return at;
            at += cluster.Length;
        }
        return text.Length;
    }

    private bool TryShortestWhole(ReadOnlySpan<char> cluster, [NotNullWhen(true)] out string? replacement)
    {
        replacement = null;
        return Map.MayStart(cluster[0]) && Utf8Length(cluster) <= LongestClusterBytes && Map.TryShortest(cluster, out replacement);
    }

    /// <summary>Writes a part of the text as it is.</summary>
    private static void Copy(ref TextRewriter rewriter, ReadOnlySpan<char> text, int start, int end)
    {
        if (rewriter.Rest.Length == text.Length - start) // the usual case: what is written is what is read
        {
            rewriter.Keep(end - start);
            return;
        }
        while (start < end)
        {
            ReplaceNext(ref rewriter, Utf16.CodePointAt(text, start, out int size));
            start += size;
        }
    }

    /// <summary>Replaces code points: those of the replacement that have none to replace are inserted, those left over are dropped.</summary>
    private static void Replace(ref TextRewriter rewriter, int oldCount, string replacement)
    {
        for (int i = 0; i < replacement.Length; oldCount--)
        {
            int codePoint = Utf16.CodePointAt(replacement, i, out int size);
            i += size;
            if (oldCount > 0)
                ReplaceNext(ref rewriter, codePoint);
            else
                rewriter.Insert(codePoint);
        }
        // As in the reference: what is removed at the very start of a text is not counted, and the spans after it are off by so much.
        for (; oldCount > 0 && rewriter.HasWritten; oldCount--)
        {
            Utf16.CodePointAt(rewriter.Rest, 0, out int size);
            rewriter.Drop(size);
        }
    }

    private static void ReplaceNext(ref TextRewriter rewriter, int codePoint)
    {
        Utf16.CodePointAt(rewriter.Rest, 0, out int size);
        rewriter.Replace(size, codePoint);
    }

    private static int ClusterLength(ReadOnlySpan<char> text) =>
        text.Length == 1 || (StandsAlone(text[0]) && StandsAlone(text[1])) ? 1 : StringInfo.GetNextTextElementLength(text);

    private static int Utf8Length(ReadOnlySpan<char> cluster) =>
        cluster.Length > LongestClusterBytes ? cluster.Length : System.Text.Encoding.UTF8.GetByteCount(cluster);

    private static bool StandsAlone(char unit) => (Alone[unit >> 6] >> (unit & 63) & 1) != 0;

    /// <summary>The units that form a cluster neither with a letter before them nor with one after them; two such never form one together, but for Hangul jamo, where it makes no difference here, and CR LF.</summary>
    private static ulong[] StandingAlone()
    {
        ulong[] alone = new ulong[0x10000 / 64];
        Span<char> after = ['a', '\0'], before = ['\0', 'a'];
        for (int unit = 0; unit < 0x10000; unit++)
        {
            if (char.IsSurrogate((char)unit) || unit is '\r' or '\n')
                continue;
            after[1] = before[0] = (char)unit;
            if (StringInfo.GetNextTextElementLength(after) == 1 && StringInfo.GetNextTextElementLength(before) == 1)
                alone[unit >> 6] |= 1UL << (unit & 63);
        }
        return alone;
    }
}
