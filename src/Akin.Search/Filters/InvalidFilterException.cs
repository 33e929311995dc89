namespace Akin.Search.Filters;

/// <summary>A filter cannot be understood; the message names the place in it and what may stand there.</summary>
public sealed class InvalidFilterException : ArgumentException
{
    internal InvalidFilterException(string place, string problem, Exception? innerException = null)
        : base($"Filter{(place.Length == 0 ? "" : $" at {place}")}: {problem}", innerException) => Place = place;

    /// <summary>Where in the filter, such as <c>$and[1].price</c>; empty for the whole.</summary>
    public string Place { get; }
}
