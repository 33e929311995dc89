using Akin.Kernels;
using Akin.Pipelines;
using Akin.Server.Batching;
using Akin.Server.Http;
using Akin.Tokenizers;

namespace Akin.Server.Models;

/// <summary>A sentence encoder: a text's result is its embedding, or the vectors of its tokens one after the other.</summary>
internal sealed class ServedEncoder(string name, string source, SentenceTransformer model) : ServedModel(name, source)
{
    /// <summary>The group of texts whose token vectors are wanted. Other groups are the number of tokens that pooling leaves out in front.</summary>
    public const int TokenVectors = -1;

    private readonly BatchLanes _lanes = new(model.CreateBatch);

    /// <summary>The model; what it computes is asked for through the queue.</summary>
    public SentenceTransformer Model => model;

    public override ModelKind Kind => ModelKind.Encoder;

    public override Tokenizer Tokenizer => model.Tokenizer;

    public override int MaxSequenceLength => model.MaxSequenceLength;

    /// <summary>Floats of an embedding.</summary>
    public int Dimension => model.Dimension;

    /// <summary>The prompt that a request means.</summary>
    /// <param name="name">Null for the model's default; <c>query</c> and <c>document</c> for the kinds of text, which models without such prompts have too; or the name of a prompt.</param>
    /// <param name="field">The field that named it, for the message.</param>
    /// <exception cref="RequestException">The model has no such prompt.</exception>
    public string PromptOf(string? name, string field)
    {
        string[] candidates = name switch
        {
            null => [],
            "query" => ["query"],
            "document" => ["document", "passage", "corpus"],
            _ => [name],
        };
        if (Array.Find(candidates, model.Prompts.ContainsKey) is { } found)
        {
            return model.Prompts[found];
        }

        return name is null or "query" or "document"
            ? model.DefaultPromptName is { } usual ? model.Prompts[usual] : ""
            : throw RequestException.Invalid(field, $"{field} names a prompt that model '{Name}' does not have; it has query, document{string.Concat(model.Prompts.Keys.Except(["query", "document"]).Select(known => ", " + known))}.");
    }

    /// <summary>The token ids of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="shape">The prompt, and whether a text that is too long is refused.</param>
    /// <param name="index">Its place among the texts, for the message.</param>
    /// <exception cref="RequestException">It is too long.</exception>
    public int[] Tokenize(string text, EmbeddingShape shape, int index)
    {
        int[] ids = model.Tokenize(text, shape.Prompt);
        if (shape.RefusesLongTexts && ids.Length == MaxSequenceLength && Tokenizer.Encode(shape.Prompt + text).Length is int length && length > MaxSequenceLength)
        {
            string place = $"{shape.TextField}[{index}]";
            throw RequestException.Invalid(place, $"{place} has {length} tokens; model '{Name}' reads {MaxSequenceLength}, and the request forbids to cut it.");
        }

        return ids;
    }

    public override float[][] Compute(int group, IReadOnlyList<TokenizedText> texts, WorkerPool pool)
    {
        if (group != TokenVectors)
        {
            return model.EncodeTokenIds([.. texts.Select(text => text.Ids)], leftOut: group, pool: pool);
        }

        return _lanes.Run(texts, pool, (context, batch, results) =>
        {
            ReadOnlySpan<float> vectors = model.ForwardTokens(context, batch).Span;
            int hiddenSize = vectors.Length / Math.Max(1, batch.TokenCount);
            for (int i = 0; i < results.Length; i++)
            {
                results[i] = vectors.Slice(batch.Offsets.Span[i] * hiddenSize, batch.Length(i) * hiddenSize).ToArray();
            }
        });
    }
}
