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
        return new Precompiled(CharacterMap.Parse(bytes, problem => fields.Refuse(Field, problem)));
    }

    /// <inheritdoc/>
    public override void Normalize(NormalizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ReadOnlySpan<char> old = text.Text;
        int at = FirstChange(old);
        if (at == old.Length)
            return;
        List<CharacterChange> changes = new(old.Length + 16);
        for (int i = 0; i < at;)
        {
            changes.Add(new CharacterChange(Utf16.CodePointAt(old, i, out int size), 0));
            i += size;
        }
        while (at < old.Length)
        {
            int length = ClusterLength(old[at..]);
            ReadOnlySpan<char> cluster = old.Slice(at, length);
            if (!TryReplaceWhole(cluster, changes))
            {
                for (int i = 0; i < length;)
                {
                    int codePoint = Utf16.CodePointAt(cluster, i, out int size);
                    if (Map.TryShortest(cluster.Slice(i, size), out string? replacement))
                        Replace(1, replacement, changes);
                    else
                        changes.Add(new CharacterChange(codePoint, 0));
                    i += size;
                }
            }
            at += length;
        }
        text.Transform(changes);
    }

    internal override void Keep(JsonElement definition)
    {
        // Written from the map: no second copy of it is kept.
    }

    private protected override void WriteFields(Utf8JsonWriter writer) => writer.WriteBase64String("precompiled_charsmap", Map.Bytes);

    /// <summary>Where the cluster with the first change starts; texts that the rule leaves alone are left alone.</summary>
    private int FirstChange(ReadOnlySpan<char> text)
    {
        for (int at = 0; at < text.Length;)
        {
            if (Map.LeavesPrintableAscii)
            {
                int plain = text[at..].IndexOfAnyExceptInRange(' ', '\u007F');
                if (plain < 0)
                    return text.Length;
                at += Math.Max(plain - 1, 0); // the last of them may form a cluster with what follows
            }
            int length = ClusterLength(text[at..]);
            ReadOnlySpan<char> cluster = text.Slice(at, length);
            bool changes = length <= LongestClusterBytes && Map.MayStart(cluster[0]) && Map.TryShortest(cluster, out _) && Utf8Length(cluster) <= LongestClusterBytes;
            for (int i = 0; i < length && !changes;)
            {
                Utf16.CodePointAt(cluster, i, out int size);
                changes = Map.MayStart(cluster[i]) && Map.TryShortest(cluster.Slice(i, size), out _);
                i += size;
            }
            if (changes)
                return at;
            at += length;
        }
        return text.Length;
    }

    private bool TryReplaceWhole(ReadOnlySpan<char> cluster, List<CharacterChange> changes)
    {
        if (!Map.MayStart(cluster[0]) || Utf8Length(cluster) > LongestClusterBytes || !Map.TryShortest(cluster, out string? replacement))
            return false;
        Replace(Utf16.CountCodePoints(cluster), replacement, changes);
        return true;
    }

    /// <summary>Replaces code points: those of the replacement that have none to replace are inserted, and the last one removes those left over.</summary>
    private static void Replace(int oldCount, string replacement, List<CharacterChange> changes)
    {
        int newCount = 0;
        for (int i = 0; i < replacement.Length; newCount++)
        {
            changes.Add(new CharacterChange(Utf16.CodePointAt(replacement, i, out int size), newCount < oldCount ? 0 : 1));
            i += size;
        }
        // As in the reference: what is removed at the very start of a text is not counted, and the spans after it are off by so much.
        if (newCount < oldCount && changes.Count > 0)
            changes[^1] = changes[^1] with { Change = changes[^1].Change - (oldCount - newCount) };
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
