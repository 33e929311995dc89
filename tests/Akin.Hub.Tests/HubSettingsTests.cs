namespace Akin.Hub.Tests;

/// <summary>The variables of huggingface_hub, and which one wins.</summary>
public sealed class HubSettingsTests
{
    [Theory]
    [InlineData("", "/home/u/.cache/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/xdg", "/xdg/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/xdg HF_HOME=/hf", "/hf/hub")]
    [InlineData("HF_HOME=~/hf", "/home/u/hf/hub")]
    [InlineData("HF_HOME=$HOME/a/${PART}", "/home/u/a/b/hub")]
    [InlineData("HF_HOME=/hf HUGGINGFACE_HUB_CACHE=/old", "/old")]
    [InlineData("HF_HOME=/hf HUGGINGFACE_HUB_CACHE=/old HF_HUB_CACHE=/new", "/new")]
    [InlineData("HF_HOME= HF_HUB_CACHE=", "/home/u/.cache/huggingface/hub")]
    public void CacheFolder_ComesFromTheVariables(string variables, string expected)
    {
        Assert.Equal(Path.GetFullPath(expected), From(variables).CacheFolder);
        Assert.Equal(Path.GetFullPath("/mine"), From(variables, new HubOptions { CacheFolder = "/mine" }).CacheFolder);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("HF_HUB_OFFLINE=1", true)]
    [InlineData("HF_HUB_OFFLINE=yes", true)]
    [InlineData("HF_HUB_OFFLINE=True", true)]
    [InlineData("HF_HUB_OFFLINE=0", false)]
    [InlineData("TRANSFORMERS_OFFLINE=ON", true)]
    [InlineData("HF_HUB_OFFLINE=0 TRANSFORMERS_OFFLINE=1", false)]
    public void Offline_ComesFromTheVariables(string variables, bool expected)
    {
        Assert.Equal(expected, From(variables).Offline);
        Assert.Equal(!expected, From(variables, new HubOptions { Offline = !expected }).Offline);
    }

    [Fact]
    public void Token_ComesFromVariableThenFile()
    {
        using TemporaryFolder home = new();
        File.WriteAllText(home.Combine("token"), "hf_file\n");
        File.WriteAllText(home.Combine("other"), "hf_other");

        Assert.Null(From($"HF_HOME={home.Path}/none").Token);
        Assert.Equal("hf_file", From($"HF_HOME={home.Path}").Token);
        Assert.Equal("hf_other", From($"HF_HOME={home.Path} HF_TOKEN_PATH={home.Combine("other")}").Token);
        Assert.Equal("hf_variable", From($"HF_HOME={home.Path} HF_TOKEN=hf_variable").Token);
        Assert.Equal("hf_option", From("HF_TOKEN=hf_variable", new HubOptions { Token = "hf_option" }).Token);
        Assert.Null(From("HF_TOKEN=hf_variable", new HubOptions { Token = "" }).Token);
    }

    [Theory]
    [InlineData("", "https://huggingface.co/")]
    [InlineData("HF_ENDPOINT=https://mirror.example", "https://mirror.example/")]
    [InlineData("HF_ENDPOINT=http://127.0.0.1:8000/hub/", "http://127.0.0.1:8000/hub/")]
    public void Endpoint_ComesFromTheVariable(string variables, string expected) => Assert.Equal(expected, From(variables).Endpoint.ToString());

    [Fact]
    public void Settings_OutOfBounds_AreRefusedByName()
    {
        Assert.Contains("HF_ENDPOINT", Assert.Throws<HubException>(() => From("HF_ENDPOINT=huggingface.co")).Message, StringComparison.Ordinal);
        Assert.Contains("HF_HUB_DOWNLOAD_TIMEOUT", Assert.Throws<HubException>(() => From("HF_HUB_DOWNLOAD_TIMEOUT=soon")).Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(2.5), From("HF_HUB_DOWNLOAD_TIMEOUT=2.5").Timeout);
        Assert.Throws<ArgumentOutOfRangeException>(() => From("", new HubOptions { RetryCount = -1 }));
        foreach (string revision in new[] { "", "../main", "a//b", "/main", "a:b", @"a\b" })
        {
            Assert.Throws<HubException>(() => From("", new HubOptions { Revision = revision }));
        }
    }

    private static HubSettings From(string variables, HubOptions? options = null)
    {
        Dictionary<string, string> environment = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        environment["HOME"] = "/home/u";
        environment["PART"] = "b";
        return HubSettings.From(options, environment.GetValueOrDefault);
    }
}
