namespace Akin.Search.Graph;

/// <summary>Which nodes may be found; a type parameter of walks and scans.</summary>
internal interface IAcceptance
{
    bool Accepts(int node);
}
