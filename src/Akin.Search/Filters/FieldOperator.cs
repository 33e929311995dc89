namespace Akin.Search.Filters;

/// <summary>What a filter asks of a field; <c>$ne</c> and <c>$nin</c> are the contrary of <see cref="Equal"/> and <see cref="In"/>.</summary>
internal enum FieldOperator
{
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    In,
    Regex,
    Exists,
    Size,
}
