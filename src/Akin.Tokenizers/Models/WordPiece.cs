using System.Buffers;
using System.Text.Json;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Models;

/// <summary>
/// WordPiece (Schuster and Nakajima, 2012; as used by BERT): from the left, the longest token that fits; a word that cannot be covered
/// is one unknown token.
/// </summary>
public sealed class WordPiece : Model
{
    private const int None = -1;

    private readonly DoubleArray trie;
    private readonly int continuation; // the node of the prefix, from which the tokens inside a word hang; or none
    private readonly int unknownId;

    /// <summary>Makes the model.</summary>
    /// <param name="vocabulary">The tokens, those inside a word with the prefix.</param>
    /// <param name="unknownToken">What stands for a word that cannot be covered. Default <c>[UNK]</c>.</param>
    /// <param name="continuingSubwordPrefix">Marks tokens inside a word. Default <c>##</c>.</param>
    /// <param name="maximumWordLength">A word of more code points is unknown. Default 100.</param>
    public WordPiece(Vocabulary vocabulary, string unknownToken = "[UNK]", string continuingSubwordPrefix = "##", int maximumWordLength = 100)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(continuingSubwordPrefix);
        Vocabulary = vocabulary;
        UnknownToken = unknownToken;
        ContinuingSubwordPrefix = continuingSubwordPrefix;
        MaximumWordLength = maximumWordLength;
        trie = new DoubleArray(vocabulary.Tokens, []);
        continuation = DoubleArray.Root;
        for (int i = 0; i < continuingSubwordPrefix.Length && continuation != None; i++)
            continuation = trie.Step(continuation, continuingSubwordPrefix[i]);
        if (!vocabulary.TryGetId(unknownToken, out unknownId))
            unknownId = -1;
    }

    /// <inheritdoc/>
    public override string Type => "WordPiece";

    /// <inheritdoc/>
    public override Vocabulary Vocabulary { get; }

    /// <summary>What stands for a word that cannot be covered.</summary>
    public string UnknownToken { get; }

    /// <summary>Marks tokens inside a word.</summary>
    public string ContinuingSubwordPrefix { get; }

    /// <summary>A word of more code points than this is unknown.</summary>
    public int MaximumWordLength { get; }

    /// <summary>The id of the unknown token; an error when the vocabulary has none.</summary>
    internal int UnknownId => unknownId >= 0 ? unknownId : throw Vocabulary.Wrong(
        "model.unk_token", $"a word cannot be covered, and the unknown token \"{UnknownToken}\" that should stand for it is not in the vocabulary");

    internal static new WordPiece Read(JsonFields fields) => new(
        Vocabulary.Read(fields, "vocab"),
        fields.String("unk_token"),
        fields.String("continuing_subword_prefix"),
        fields.Int("max_input_chars_per_word"));

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> piece, List<ModelToken> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (piece.IsEmpty)
            return;
        int[]? rented = null;
        int room = piece.Length * 2;
        Span<int> buffer = room <= 256 ? stackalloc int[256] : (rented = ArrayPool<int>.Shared.Rent(room));
        Span<int> ids = buffer[..piece.Length], ends = buffer[piece.Length..];
        int count = Utf16.CountCodePoints(piece) <= MaximumWordLength ? Match(piece, ids, ends) : 0;
        if (count == 0)
            tokens.Add(new ModelToken(UnknownId, UnknownToken, 0, piece.Length));
        for (int i = 0; i < count; i++)
            tokens.Add(new ModelToken(ids[i], Vocabulary[ids[i]], i == 0 ? 0 : ends[i - 1], ends[i]));
        if (rented is not null)
            ArrayPool<int>.Shared.Return(rented);
    }

    /// <summary>Covers a word with tokens; linear in its length but for what is read again after a token that was not the longest path.</summary>
    /// <param name="word">The word.</param>
    /// <param name="ids">The ids; room for one each UTF-16 unit of the word.</param>
    /// <param name="ends">Where each token ends in the word; empty when that is not wanted.</param>
    /// <returns>The number of tokens, or 0 when the word cannot be covered.</returns>
    internal int Match(ReadOnlySpan<char> word, Span<int> ids, Span<int> ends)
    {
        ushort[] codes = trie.Codes;
        DoubleArray.Node[] nodes = trie.Nodes;
        int count = 0, first = DoubleArray.Root;
        for (int at = 0; at < word.Length; first = continuation)
        {
            if (first == None)
                return 0;
            int longest = None, end = at;
            for (int i = at, node = first; i < word.Length;)
            {
                int child = nodes[node].Base + codes[word[i++]];
                ref readonly DoubleArray.Node found = ref nodes[child];
                if (found.Parent != node)
                    break;
                node = child;
                if (!double.IsNaN(found.Score))
                    (longest, end) = (node, i);
            }
            if (longest == None)
                return 0;
            at = end;
            ids[count] = trie.IdAt(longest);
            if (!ends.IsEmpty)
                ends[count] = at;
            count++;
        }
        return count;
    }

    private protected override void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteString("unk_token", UnknownToken);
        writer.WriteString("continuing_subword_prefix", ContinuingSubwordPrefix);
        writer.WriteNumber("max_input_chars_per_word", MaximumWordLength);
    }
}
