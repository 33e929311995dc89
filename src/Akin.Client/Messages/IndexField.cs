namespace Akin.Client.Messages;

/// <summary>A field of an index's documents.</summary>
/// <param name="Name">The field as a filter names it, such as <c>lang</c> or <c>maker.name</c>.</param>
/// <param name="Documents">Documents that have a value in it.</param>
/// <param name="DistinctValues">How many different values there are.</param>
/// <param name="Values">The most frequent values.</param>
public sealed record IndexField(string Name, long Documents, long DistinctValues, IReadOnlyList<ValueCount> Values);
