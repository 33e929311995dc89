namespace Akin.Cli.Tests;

public class AkinCommandTests
{
    [Fact]
    public void Help_IsOnStdoutWithExitCodeZero()
    {
        AkinResult result = AkinProcess.Run("--help").Succeeded();
        Assert.Contains("--threads", result.Output);
        Assert.Equal("", result.Error);
    }

    [Fact]
    public void Version_IsPrinted() => Assert.Matches(@"^\d+\.\d+\.\d+", AkinProcess.Run("--version").Succeeded().Output);

    [Fact]
    public void UnknownVerb_IsRefusedByName() => AkinProcess.Run("frobnicate").Refused("frobnicate", "--help");
}
