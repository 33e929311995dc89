using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tensors.Layers;
using Akin.Tensors.Operations;
using Activation = Akin.Kernels.Activation;

namespace Akin.Models.Architectures;

/// <summary>Marian: Junczys-Dowmunt et al. 2018, "Marian: Fast Neural Machine Translation in C++", https://arxiv.org/abs/1804.00344; the models of OPUS-MT.</summary>
/// <remarks>BART's layers. What differs: positions are sines and cosines, which files need not hold, and embeddings have no norm. Weight paths are those of transformers' <c>Marian…</c> classes.</remarks>
internal static class Marian
{
    /// <summary>BART's, and the positions that older files hold.</summary>
    private static readonly string[] HeadWeights = [.. Bart.HeadWeights, "model.encoder.embed_positions."];

    public static Architecture Architecture { get; } =
        new Architecture<MarianConfig>("marian", "model.", HeadWeights, json => new MarianConfig(json))
            .With<EncoderModel>((config, weights) => new BartEncoder(
                config, weights.Sub("model"), new MarianEmbeddings(config, weights.Sub("model.encoder"), Bart.Words(config, weights))))
            .With<Seq2SeqModel>((config, weights) => new MarianModel(config, weights.Sub("model")))
            .With<Seq2SeqLanguageModel>((config, weights) => new MarianMTModel(config, weights));
}

/// <summary><c>config.json</c> of Marian: BART's fields; defaults are those of transformers' <c>MarianConfig</c>.</summary>
public sealed class MarianConfig : BartConfig
{
    internal MarianConfig(ConfigReader json)
        : base(json, vocabularySize: 58101, positionCount: 1024, Activation.Gelu, paddingId: 58100, startId: 58100, isMarian: true)
    {
        json.MustBe("share_encoder_decoder_embeddings", "true");
        json.MustBe("decoder_vocab_size", $"{VocabularySize}");
    }
}

/// <summary>Sines and cosines of the position at falling frequencies (Vaswani et al. 2017, section 3.5): all sines first, then all cosines.</summary>
internal sealed class MarianEmbeddings : BartEmbeddings
{
    private readonly Tensor _positions;

    public MarianEmbeddings(MarianConfig config, Weights weights, Embedding words)
        : base(config, words)
    {
        const string Stored = "embed_positions.weight";
        Shape shape = new(config.PositionCount, config.HiddenSize);

        // A backbone saved alone holds the table: it is kept, so that it is saved again.
        _positions = weights.Contains(Stored) ? weights.Load(Stored, shape, Initialization.Zeros).Value : new Tensor(shape);
        _positions.RequiresGradient = false;
        int sineCount = (config.HiddenSize + 1) / 2;
        for (int position = 0; position < config.PositionCount; position++)
        {
            Span<float> row = _positions.Row(position);
            for (int i = 0; i < row.Length; i++)
            {
                int column = i < sineCount ? 2 * i : (2 * (i - sineCount)) + 1;
                double angle = position / Math.Pow(10000, 2 * (column / 2) / (double)config.HiddenSize);
                row[i] = (float)(i < sineCount ? Math.Sin(angle) : Math.Cos(angle));
            }
        }
    }

    protected override Tensor AddPositions(ForwardContext context, ReadOnlyMemory<int> positions, Tensor sum)
    {
        foreach (int position in positions.Span)
        {
            if ((uint)position >= (uint)_positions.RowCount)
            {
                throw new InvalidBatchException($"A text has a token at position {position}: the model has {_positions.RowCount} (max_position_embeddings). Truncate it.");
            }
        }

        Tensor table = context.Rent(sum.Shape);
        Kernels.Embedding.Gather(_positions.Span, _positions.ColumnCount, positions.Span, table.Span);
        return context.Add(sum, table);
    }
}

/// <summary>Both parts over one table of words.</summary>
internal sealed class MarianModel(MarianConfig config, Weights weights) : BartModel(config, weights, (part, words) => new MarianEmbeddings(config, part, words));

/// <summary>Translates.</summary>
internal sealed class MarianMTModel(MarianConfig config, Weights weights)
    : BartForConditionalGeneration(config, weights, new MarianModel(config, weights.Sub("model")));
