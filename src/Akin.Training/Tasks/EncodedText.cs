using Akin.Tokenizers;

namespace Akin.Training.Tasks;

/// <summary>A text or a pair of texts as a model reads it.</summary>
public sealed class EncodedText
{
    /// <summary>Keeps ids.</summary>
    /// <param name="inputIds">Token ids with special tokens, without padding, <c>[tokens]</c>; not copied.</param>
    /// <param name="tokenTypeIds">0 for the first text, 1 for the second, <c>[tokens]</c>; empty: all 0.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public EncodedText(ReadOnlyMemory<int> inputIds, ReadOnlyMemory<int> tokenTypeIds = default)
    {
        if (!tokenTypeIds.IsEmpty && tokenTypeIds.Length != inputIds.Length)
        {
            throw new ArgumentException($"There are {inputIds.Length} input ids but {tokenTypeIds.Length} token type ids.", nameof(tokenTypeIds));
        }

        InputIds = inputIds;
        TokenTypeIds = tokenTypeIds;
    }

    /// <summary>Token ids, <c>[tokens]</c>.</summary>
    public ReadOnlyMemory<int> InputIds { get; }

    /// <summary>Types of tokens, <c>[tokens]</c>; empty: all 0.</summary>
    public ReadOnlyMemory<int> TokenTypeIds { get; }

    /// <summary>How many tokens there are.</summary>
    public int TokenCount => InputIds.Length;

    /// <summary>Takes what a tokenizer gave.</summary>
    /// <param name="encoding">Without padding.</param>
    public static EncodedText From(Encoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        return new EncodedText(encoding.Ids, encoding.TypeIds);
    }
}
