namespace Akin.Server.Tests;

public class OptionsTests
{
    [Fact]
    public void Settings_OfFileAndFlags_AreReadAndFlagsHaveTheLastWord()
    {
        string folder = Directory.CreateTempSubdirectory("akin-server-").FullName;
        File.WriteAllText(Path.Combine(folder, "appsettings.json"), """{"Akin":{"QueueSeconds":5,"MaxTexts":7,"Models":["a=b","c"]},"Logging":{"x":1}}""");
        AkinServerOptions options = AkinServerOptions.Load(folder, [new("MaxTexts", "9")]);
        Directory.Delete(folder, recursive: true);
        Assert.Equal(5, options.QueueSeconds);
        Assert.Equal(9, options.MaxTexts);
        Assert.Equal(["a=b", "c"], options.Models);
        Assert.Equal(30, options.DeadlineSeconds);
    }

    [Theory]
    [InlineData("MaxTexts", "many", "MaxTexts")]
    [InlineData("MaxText", "9", "MaxText")]
    public void Setting_ThatIsUnknownOrOfAnotherType_IsRefusedByName(string name, string value, string message)
    {
        ServerSettingException refused = Assert.Throws<ServerSettingException>(() => AkinServerOptions.Load(Path.GetTempPath(), [new(name, value)]));
        Assert.Contains(message, refused.Message);
    }

    [Fact]
    public void Setting_OutsideItsBounds_IsRefusedWithTheBounds()
    {
        ServerSettingException refused = Assert.Throws<ServerSettingException>(() => new AkinServerOptions { MaxTexts = 0, BatchTokens = 1 }.Validate());
        Assert.Contains("MaxTexts", refused.Message);
        Assert.Contains("between 1 and 1000000", refused.Message);
        Assert.Contains("BatchTokens", refused.Message);
    }

    [Theory]
    [InlineData("127.0.0.1:80")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://example.org:80")]
    [InlineData("http://127.0.0.1:80/path")]
    [InlineData(";")]
    public void Address_ThatCannotBeListenedOn_IsRefused(string urls) =>
        Assert.Throws<ServerSettingException>(() => Hosting.ListenAddress.All(new AkinServerOptions { Urls = urls }));
}
