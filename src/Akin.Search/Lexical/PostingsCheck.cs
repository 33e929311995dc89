namespace Akin.Search.Lexical;

/// <summary>What a check of a postings file found.</summary>
/// <param name="File">The name of the file.</param>
/// <param name="Documents">Documents (deleted ones included) that it covers; 0 when it is damaged.</param>
/// <param name="Damage">What is wrong with it, or <see langword="null"/>.</param>
public sealed record PostingsCheck(string File, int Documents, string? Damage);
