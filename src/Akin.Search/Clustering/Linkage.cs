namespace Akin.Search.Clustering;

/// <summary>What the distance of two clusters is.</summary>
public enum Linkage
{
    /// <summary>How much joining them raises the sum of squared distances from the centres (Euclidean only): compact clusters of like size.</summary>
    Ward,

    /// <summary>The mean distance of their members.</summary>
    Average,

    /// <summary>The distance of their farthest members.</summary>
    Complete,

    /// <summary>The distance of their nearest members: long chains are one cluster.</summary>
    Single,
}
