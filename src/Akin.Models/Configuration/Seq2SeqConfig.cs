namespace Akin.Models.Configuration;

/// <summary>What the configuration of every model has that reads one text and writes another.</summary>
public abstract class Seq2SeqConfig : ModelConfig
{
    /// <summary>Reads the shared fields.</summary>
    /// <param name="json">The configuration.</param>
    /// <param name="paddingId">The padding token when the configuration does not name it.</param>
    /// <param name="startId">The token that a written text begins with when the configuration does not name it.</param>
    /// <param name="isEncoderDecoder">Whether there are always both parts; <see langword="null"/>: the one that writes may be absent. Default: yes.</param>
    protected Seq2SeqConfig(ConfigReader json, int paddingId, int startId, bool? isEncoderDecoder = true)
        : base(json, isEncoderDecoder)
    {
        ArgumentNullException.ThrowIfNull(json);
        PaddingId = json.OptionalInteger("pad_token_id") ?? paddingId;
        DecoderStartId = json.OptionalInteger("decoder_start_token_id") ?? startId;
    }

    /// <summary>The padding token.</summary>
    public int PaddingId { get; }

    /// <summary>The token that a written text begins with.</summary>
    public int DecoderStartId { get; }

    /// <summary>Layers of the decoder.</summary>
    public abstract int DecoderLayerCount { get; }

    /// <summary>Pieces of the vocabulary.</summary>
    public abstract int VocabularySize { get; }
}
