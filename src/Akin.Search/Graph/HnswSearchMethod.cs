namespace Akin.Search.Graph;

/// <summary>How the nearest vectors are looked for.</summary>
public enum HnswSearchMethod
{
    /// <summary>Whichever costs less: a filter that leaves few vectors, or an index that has few, is scanned.</summary>
    Automatic,

    /// <summary>A walk through the graph, whatever it costs.</summary>
    Walk,

    /// <summary>Every vector that may be found is compared: exact.</summary>
    Scan,
}
