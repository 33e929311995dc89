namespace Akin.Cli;

/// <summary>What <c>akin</c> tells the shell: 0 only on success.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>Something the user can mend: the message on stderr says what.</summary>
    public const int Failure = 1;

    /// <summary>A defect of akin itself.</summary>
    public const int Defect = 70;

    /// <summary>Stopped by Ctrl-C or SIGTERM, as shells count it (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
