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

    [Theory]
    [InlineData("", "say what to do: 'akin quickstart', 'akin embed', 'akin tokenize', 'akin tokenizer', 'akin index'", "'akin --help'")]
    [InlineData("index", "say what to do: 'akin index add', 'akin index list'", "'akin index --help'")]
    [InlineData("frobnicate", "there is no 'akin frobnicate', but 'akin quickstart', 'akin embed', ")]
    [InlineData("serach water", "there is no 'akin serach'; did you mean 'akin search'?")]
    [InlineData("index ad", "there is no 'akin index ad'; did you mean 'akin index add'?")]
    [InlineData("index add --indx a", "there is no option '--indx'; did you mean '--index'?", "'akin index add --help'")]
    [InlineData("model list --thread 2", "there is no option '--thread'; did you mean '--threads'?")]
    [InlineData("model list --colour", "there is no option '--colour'.")]
    [InlineData("index add", "--index and --input are missing.")]
    [InlineData("model info", "<model> is missing.")]
    [InlineData("search --index a two words", "'words' is one word too many: put a text of several words in quotes.")]
    [InlineData("model list --limit many", "--limit must be 1 or more, and 'many' is not.")]
    [InlineData("model list --threads 0", "--threads must be 1 or more, and '0' is not.")]
    public void WrongCommandLine_IsAnsweredWithWhatWasMeant(string line, params string[] answers) =>
        AkinProcess.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Refused([.. answers, "--help' for the options and examples."]);
}
