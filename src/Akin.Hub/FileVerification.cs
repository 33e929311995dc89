namespace Akin.Hub;

/// <summary>Result of checking one file of the cache.</summary>
/// <param name="Commit">The snapshot it belongs to.</param>
/// <param name="FileName">Name inside the repository.</param>
/// <param name="Status">What was found.</param>
/// <param name="Expected">The checksum it must have, or <see langword="null"/> when none is known.</param>
/// <param name="Found">The checksum it has, or <see langword="null"/> when it could not be computed.</param>
public sealed record FileVerification(string Commit, string FileName, FileStatus Status, string? Expected, string? Found);
