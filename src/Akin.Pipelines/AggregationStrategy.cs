namespace Akin.Pipelines;

/// <summary>How the labels of pieces become those of words and entities; transformers' <c>aggregation_strategy</c>.</summary>
public enum AggregationStrategy
{
    /// <summary>Every piece by itself.</summary>
    None,

    /// <summary>Neighbouring pieces of one label are an entity, words or not.</summary>
    Simple,

    /// <summary>A word has the label of its first piece.</summary>
    First,

    /// <summary>A word has the best label of the mean of its pieces' scores.</summary>
    Average,

    /// <summary>A word has the label of its surest piece.</summary>
    Max,
}
