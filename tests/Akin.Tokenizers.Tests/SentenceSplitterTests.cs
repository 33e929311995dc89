using System.Text;
using Akin.Tokenizers.Text;

namespace Akin.Tokenizers.Tests;

public class SentenceSplitterTests
{
    [Theory]
    // English: marks, quotes, brackets
    [InlineData("He left. She stayed.", "He left.|She stayed.")]
    [InlineData("Really?! Yes. No!", "Really?!|Yes.|No!")]
    [InlineData("\"Stop!\" he said. Then he ran.", "\"Stop!\" he said.|Then he ran.")]
    [InlineData("She said, \"I am done.\" Nobody moved.", "She said, \"I am done.\"|Nobody moved.")]
    [InlineData("\"Why?\" \"Because.\"", "\"Why?\"|\"Because.\"")]
    [InlineData("(He left early.) She stayed.", "(He left early.)|She stayed.")]
    [InlineData("It is so (see above). Next.", "It is so (see above).|Next.")]
    [InlineData("“It works.” That was all.", "“It works.”|That was all.")]
    // English: abbreviations, initials, numbers
    [InlineData("Mr. Smith met Dr. Jones at St. James. They talked.", "Mr. Smith met Dr. Jones at St. James.|They talked.")]
    [InlineData("J. R. R. Tolkien wrote it. George W. Bush read it.", "J. R. R. Tolkien wrote it.|George W. Bush read it.")]
    [InlineData("Pi is 3.14 or so. It costs $2.50.", "Pi is 3.14 or so.|It costs $2.50.")]
    [InlineData("We use tools, e.g. Akin, i.e. this one. Good.", "We use tools, e.g. Akin, i.e. this one.|Good.")]
    [InlineData("They sell pens, paper, etc. We buy them.", "They sell pens, paper, etc.|We buy them.")]
    [InlineData("The U.S. Army came at 5 p.m. on Friday. It left.", "The U.S. Army came at 5 p.m. on Friday.|It left.")]
    [InlineData("He moved to the U.S. He liked it.", "He moved to the U.S.|He liked it.")]
    [InlineData("See Fig. 3 and No. 7 in Vol. 2. Then stop.", "See Fig. 3 and No. 7 in Vol. 2.|Then stop.")]
    [InlineData("Smith et al. (2010) found it. We did not.", "Smith et al. (2010) found it.|We did not.")]
    [InlineData("Acme Inc. makes cars. It grew.", "Acme Inc. makes cars.|It grew.")]
    [InlineData("Visit www.example.com. It is new. Version 2.0.1 is out.", "Visit www.example.com.|It is new.|Version 2.0.1 is out.")]
    [InlineData("It happened in 2020. The year was odd.", "It happened in 2020.|The year was odd.")]
    [InlineData("1. First point. 2. Second point.", "1. First point.|2. Second point.")]
    [InlineData("It was 37°C. Avoid it.", "It was 37°C.|Avoid it.")]
    [InlineData("I took vitamin C. It helped.", "I took vitamin C.|It helped.")]
    [InlineData("Well... I do not know. Wait… what? He said... nothing.", "Well...|I do not know.|Wait… what?|He said... nothing.")]
    [InlineData("all in small letters. the next one too. mr. smith as well.", "all in small letters.|the next one too.|mr. smith as well.")]
    // Line breaks
    [InlineData("A title\n\nThe text goes\non here. More.", "A title|The text goes\non here.|More.")]
    [InlineData("One.\r\nTwo.\r\n\r\nThree", "One.|Two.|Three")]
    // Korean
    [InlineData("나는 갔다. 그는 왔다.", "나는 갔다.|그는 왔다.")]
    [InlineData("정말 좋네요!그래서 또 왔어요.다음에 봐요", "정말 좋네요!|그래서 또 왔어요.|다음에 봐요")]
    [InlineData("그는 갔다.그녀는 왔다.", "그는 갔다.|그녀는 왔다.")]
    [InlineData("\"뭐?\"라고 물었다. 그는 웃었다.", "\"뭐?\"라고 물었다.|그는 웃었다.")]
    [InlineData("“간다.” 하고 말했다. 끝.", "“간다.” 하고 말했다.|끝.")]
    [InlineData("오늘은 2024. 3. 15. 금요일이다. 맑다.", "오늘은 2024. 3. 15. 금요일이다.|맑다.")]
    [InlineData("값은 3.5달러다. 비싸다.", "값은 3.5달러다.|비싸다.")]
    [InlineData("그게... 잘 모르겠다. 왜?", "그게...|잘 모르겠다.|왜?")]
    [InlineData("서울.부산 노선이다. 빠르다.", "서울.부산 노선이다.|빠르다.")]
    [InlineData("삼성전자(대표 J. Y. Lee)는 컸다. 그렇다.", "삼성전자(대표 J. Y. Lee)는 컸다.|그렇다.")]
    // Chinese
    [InlineData("今天天气很好。我们走吧！去哪儿？", "今天天气很好。|我们走吧！|去哪儿？")]
    [InlineData("他说：“你好。”然后走了。", "他说：“你好。”|然后走了。")]
    [InlineData("“你去哪儿？”他问。我不知道。", "“你去哪儿？”他问。|我不知道。")]
    [InlineData("我……我不知道。真的吗？！", "我……我不知道。|真的吗？！")]
    [InlineData("增长３．５％，达到1.2亿元。很好。", "增长３．５％，达到1.2亿元。|很好。")]
    [InlineData("這是「測試。」對嗎?是的.好", "這是「測試。」|對嗎?|是的.|好")]
    // Mixed, marks alone, nothing
    [InlineData("我用 Akin v1.2。It works. 좋다!", "我用 Akin v1.2。|It works.|좋다!")]
    [InlineData("Hello ! ! !", "Hello ! ! !")]
    [InlineData("...", "...")]
    [InlineData("  no mark  ", "no mark")]
    [InlineData("", "")]
    [InlineData(" \n\n ", "")]
    public void Split_HandMadeText_CutsWhereAReaderWould(string text, string expected) => Assert.Equal(expected, string.Join('|', SentenceSplitter.Split(text)));

    /// <summary>Sentences of one file put one after the other: the places where they meet must be found again, whatever mark they end with, if any.</summary>
    [SharedTheory("data/tatoeba-laser")]
    [InlineData("kor-eng.eng", " ")]
    [InlineData("deu-eng.eng", " ")]
    [InlineData("kor-eng.kor", " ")]
    [InlineData("cmn-eng.cmn", "")]
    public void Split_JoinedSentences_AreFoundAgain(string file, string space)
    {
        string[] lines = [.. File.ReadLines(Repository.Shared("data", "tatoeba-laser", "tatoeba." + file)).Select(static line => line.Trim()).Where(static line => line.Length > 0)];
        int boundaries = 0, found = 0;
        foreach (string[] some in lines.Chunk(10))
        {
            HashSet<int> ends = [.. SentenceSplitter.Split(string.Join(space, some).AsSpan()).Select(static span => span.End)];
            int at = 0;
            foreach (string line in some[..^1])
            {
                at += line.Length;
                found += ends.Contains(at) ? 1 : 0;
                boundaries++;
                at += space.Length;
            }
        }
        Assert.True(found >= 0.97 * boundaries, $"{found} of {boundaries}");
    }

    [Fact]
    public void Split_RandomText_CoversAllButSpaces()
    {
        Random random = new(31);
        string[] more = [". ", "! ", "? ", "。", "！", "…", "\"", "”", "\n\n", "\r\n", "Mr. ", "U.S. ", "3.14 ", "다.", "라고 "];
        for (int round = 0; round < 3000; round++)
        {
            StringBuilder builder = new();
            for (int i = random.Next(8); i >= 0; i--)
                builder.Append(FuzzTests.RandomText(random)).Append(more[random.Next(more.Length)]);
            string text = builder.ToString();
            int last = 0;
            foreach ((int start, int end) in SentenceSplitter.Split(text.AsSpan()))
            {
                Assert.True(start >= last && end > start && end <= text.Length);
                Assert.True(string.IsNullOrWhiteSpace(text[last..start]));
                Assert.False(char.IsWhiteSpace(text[start]) || char.IsWhiteSpace(text[end - 1]));
                last = end;
            }
            Assert.True(string.IsNullOrWhiteSpace(text[last..]));
        }
    }

    [Fact]
    public void Split_HugeText_TakesWorkInProportion()
    {
        foreach (string unit in new[] { "a", ".", "\"", "a.", ". ", "。", "\n", "\".", "1." })
            Assert.True(SentenceSplitter.Split(string.Concat(Enumerable.Repeat(unit, 500_000)).AsSpan()).Count >= 0);
    }
}
