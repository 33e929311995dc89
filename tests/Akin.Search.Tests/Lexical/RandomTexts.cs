namespace Akin.Search.Tests.Lexical;

/// <summary>Texts of words that are as unevenly spread as those of a language: word n is 1/n as frequent as the first.</summary>
internal sealed class RandomTexts(int seed, int vocabularySize)
{
    private readonly Random _random = new(seed);

    public string Word() => "w" + (int)(Math.Pow(vocabularySize, _random.NextDouble()) - 1);

    public string Words(int least, int most) => string.Join(' ', Enumerable.Range(0, _random.Next(least, most + 1)).Select(_ => Word()));

    public Document Document(string id) => new(id, Words(0, 60)) { Title = _random.Next(3) == 0 ? null : Words(1, 5) };
}
