namespace Akin.Training.Distillation;

/// <summary>What a student keeps of its teacher.</summary>
public sealed record StudentShape
{
    /// <summary>The teacher's layers that the student has, from 0 on, in order, at least one.</summary>
    public required IReadOnlyList<int> Layers { get; init; }

    /// <summary>Tokens of the vocabulary. Default: all.</summary>
    public int? VocabularySize { get; init; }

    /// <summary>Units between the two linear layers of the feed-forward part; those with the largest weights stay. Default: all.</summary>
    public int? IntermediateSize { get; init; }

    /// <summary>The most tokens of a text. Default: as many as the teacher reads.</summary>
    public int? MaxSequenceLength { get; init; }
}
