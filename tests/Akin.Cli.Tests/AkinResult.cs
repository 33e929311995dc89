namespace Akin.Cli.Tests;

/// <summary>How a run of <c>akin</c> ended.</summary>
/// <param name="ExitCode">0 only on success.</param>
/// <param name="Output">Standard output, with LF ends.</param>
/// <param name="Error">Standard error, with LF ends.</param>
internal sealed record AkinResult(int ExitCode, string Output, string Error)
{
    /// <summary>Fails unless the run succeeded.</summary>
    public AkinResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}; stderr: {Error}");
        return this;
    }

    /// <summary>Fails unless the run was refused as a user's error: code 1, nothing on stdout, a message without a stack trace that holds every part.</summary>
    public AkinResult Refused(params string[] parts)
    {
        Assert.True(ExitCode == 1, $"exit code {ExitCode}; stderr: {Error}");
        Assert.Equal("", Output);
        Assert.StartsWith("akin: ", Error);
        Assert.DoesNotContain("   at ", Error);
        foreach (string part in parts)
        {
            Assert.Contains(part, Error);
        }

        return this;
    }
}
