using System.Text.Json.Nodes;

namespace Akin.Search.Filters;

/// <summary>One part of a filter that is read: it holds for the fields of a document or does not.</summary>
internal abstract record FilterClause
{
    public abstract bool Holds(JsonObject fields);
}

/// <summary>All parts hold; none at all is true.</summary>
internal sealed record AllOf(FilterClause[] Clauses) : FilterClause
{
    public override bool Holds(JsonObject fields) => Array.TrueForAll(Clauses, clause => clause.Holds(fields));
}

/// <summary>One part at least holds; none at all is false.</summary>
internal sealed record AnyOf(FilterClause[] Clauses) : FilterClause
{
    public override bool Holds(JsonObject fields) => Array.Exists(Clauses, clause => clause.Holds(fields));
}

/// <summary>The part does not hold.</summary>
internal sealed record NoneOf(FilterClause Clause) : FilterClause
{
    public override bool Holds(JsonObject fields) => !Clause.Holds(fields);
}

/// <summary>One field fulfils one operator.</summary>
/// <param name="Name">The field as the filter names it.</param>
/// <param name="Operator">What is asked of it.</param>
/// <param name="Operand">What it is compared with; null where that is the value of another field.</param>
/// <param name="ComparesFields">Whether the operand is another field.</param>
/// <param name="Test">The whole of it.</param>
internal sealed record FieldClause(string Name, FieldOperator Operator, JsonNode? Operand, bool ComparesFields, Func<JsonObject, bool> Test) : FilterClause
{
    public override bool Holds(JsonObject fields) => Test(fields);
}
