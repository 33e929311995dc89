namespace Akin.Search.Documents;

/// <summary>Some documents could not be processed; the others were.</summary>
public sealed class DocumentApplyException : Exception
{
    internal DocumentApplyException(IReadOnlyList<ApplyFailure> failures, int count)
        : base(
            $"{failures.Count} of {count} documents could not be processed; the first is row {failures[0].Row} ('{failures[0].Id}'): {failures[0].Error.Message}",
            failures[0].Error) => Failures = failures;

    /// <summary>The documents that could not, in their order.</summary>
    public IReadOnlyList<ApplyFailure> Failures { get; }
}
