namespace Akin.Search.Graph;

/// <summary>A node and its distance from where the walk is going; smaller is nearer.</summary>
internal struct Candidate(float distance, int node) : IComparable<Candidate>
{
    public float Distance = distance;

    /// <summary>The node; in a walk, its complement once its links were followed.</summary>
    public int Node = node;

    public readonly int CompareTo(Candidate other)
    {
        int order = Distance.CompareTo(other.Distance);
        return order != 0 ? order : Node.CompareTo(other.Node);
    }
}
