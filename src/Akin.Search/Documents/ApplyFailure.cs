namespace Akin.Search.Documents;

/// <summary>One document that could not be processed.</summary>
/// <param name="Row">Its place, from 0.</param>
/// <param name="Id">Its identifier.</param>
/// <param name="Error">What was thrown for it.</param>
public sealed record ApplyFailure(int Row, string Id, Exception Error);
