#!/usr/bin/env dotnet
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false

// Collects the texts the default model is distilled on, and the translations its languages are aligned with, in an order that is always the same:
//     dotnet run -c Release eng/default-model/collect-texts.cs -- DATA_FOLDER TEXTS.jsonl TRANSLATIONS.jsonl
// A line is {"text", "prompt": "query" | "passage", "language", "source"}. Sentences and questions are what the teacher calls queries; paragraphs, and
// sentences joined to the length of paragraphs, are passages. Sets marked non-commercial, no-derivatives or research-only are not here, and neither is
// any text of a set the model is measured on (STS benchmark in three languages, Tatoeba, KorQuAD, XQuAD, SciFact's questions).

using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

const int Seed = 20240601;
const int Count = 252_000; // as many as the model in models/ was trained on: what two cores learn three times over in some hours
string data = args[0];
string output = args[1];
string translationsOutput = args[2];

List<Source> sources =
[
    // Korean
    new("ko", "ko-nsmc-rebuilt", 50_000, () => Columns("ko-nsmc-rebuilt/ratings_train.rebuilt.txt", 1, 1)),
    new("ko", "ko-chatbot", 30_000, () => Csv("ko-chatbot/ChatbotData.csv", 1, 0, 1)),
    new("ko", "ko-korsts (train)", 20_000, () => Columns("ko-korsts/sts-train.tsv", 1, 5, 6)),
    new("ko", "ko-kornli-xnli", 20_000, () => Columns("ko-kornli-xnli/xnli.dev.ko.tsv", 1, 0, 1).Concat(Columns("ko-kornli-xnli/xnli.test.ko.tsv", 1, 0, 1))),
    new("ko", "ko-pawsx-dev-test", 10_000, () => Columns("ko-pawsx-dev-test/dev_2k.tsv", 1, 1, 2).Concat(Columns("ko-pawsx-dev-test/test_2k.tsv", 1, 1, 2))),
    new("ko", "ko-hate-speech", 5_000, () => Columns("ko-hate-speech/train.tsv", 1, 0)),
    new("ko", "ko-3i4k", 30_000, () => Columns("ko-3i4k/fci_train_val.txt", 0, 1)),
    new("ko", "ko-parakqc", 10_000, () => Columns("ko-parakqc/paraKQC_v1.txt", 0, 2)),
    new("ko", "ko-sae4k-summ", 25_000, () => Columns("ko-sae4k-summ/sae4k_v1.txt", 0, 0)),
    new("ko", "ko-naver-ner-test", 10_000, () => Columns("ko-naver-ner-test/test.tsv", 0, 0)),
    new("ko", "ko-en-parallel (ko)", 10_000, () => Parallel("ko", "nk")),
    new("ko", "img-emoji-noto (ko)", 4_000, () => Columns("img-emoji-noto/emoji.tsv", 1, 5)),

    // English
    new("en", "snli-dev-test", 60_000, () => Lines("snli-dev-test/s1.dev", "snli-dev-test/s1.test", "snli-dev-test/s2.dev", "snli-dev-test/s2.test", "snli-dev-test/preproc1_expl_1.dev", "snli-dev-test/preproc1_expl_1.test").Select(Detokenized)),
    new("en", "stsb-en (train)", 20_000, () => Columns("stsb-en/original/sts-train.tsv", 0, 5, 6)),
    new("en", "ir-scifact-beir (corpus)", 45_000, () => Json("ir-scifact-beir/corpus.jsonl", "title", "text").SelectMany(Sentences)),
    new("en", "ko-en-parallel (en)", 10_000, () => Parallel("en", "en")),
    new("en", "rte", 10_000, () => Columns("rte/train.tsv", 1, 1, 2).Concat(Columns("rte/test.tsv", 1, 1, 2)).SelectMany(Sentences)),
    new("en", "cola", 10_000, () => Columns("cola/train.tsv", 0, 3)),
    new("en", "trec-qc", 6_000, () => Lines("trec-qc/train_5500.label").Select(line => Detokenized(line[(line.IndexOf(' ') + 1)..]))),
    new("en", "img-emoji-noto (en)", 4_000, () => Columns("img-emoji-noto/emoji.tsv", 1, 3)),

    // Chinese
    new("zh", "zh-atec", 30_000, () => Columns("zh-atec/atec_nlp_sim_train.csv", 0, 1, 2)),
    new("zh", "stsb-multi zh (train)", 20_000, () => Csv("stsb-multi/stsb-zh-train.csv", 0, 0, 1)),
    new("zh", "zh-cmrc2018 (trial)", 20_000, () => Squad("zh-cmrc2018/squad-style/cmrc2018_trial.json").SelectMany(Sentences)),
    new("zh", "zh-lcqmc-bq-pawsx (paws-x-zh)", 10_000, () => Columns("zh-lcqmc-bq-pawsx/paws-x-zh/dev.tsv", 0, 0, 1).Concat(Columns("zh-lcqmc-bq-pawsx/paws-x-zh/test.tsv", 0, 0, 1))),
    new("zh", "zh-simclue", 90_000, () => Lines("zh-simclue/corpus_1w.txt").Concat(Json("zh-simclue/train_pair_1w.json", "sentence1", "sentence2"))
        .Concat(Json("zh-simclue/train_pair_postive_1w.json", "sentence1", "sentence2")).Concat(Json("zh-simclue/train_rank_1w.json", "query", "title", "neg_title"))
        .Concat(Json("zh-simclue/triclue_small/train.json", "sentence_0", "sentence_1", "sentence_2")).Concat(Json("zh-simclue/test_public.json", "sentence1", "sentence2"))),
    new("zh", "zh-fewclue (tnews, bustm, eprstmt)", 60_000, () => Json("zh-fewclue/tnews/unlabeled.json", "sentence").Concat(Json("zh-fewclue/bustm/unlabeled.json", "sentence1", "sentence2"))
        .Concat(Json("zh-fewclue/eprstmt/unlabeled.json", "sentence"))),
    new("zh", "zh-chnsenticorp-waimai", 20_000, () => Csv("zh-chnsenticorp-waimai/ChnSentiCorp_htl_all.csv", 1, 1).Concat(Csv("zh-chnsenticorp-waimai/waimai_10k.csv", 1, 1)).Concat(Shopping()).SelectMany(Sentences)),
    new("zh", "img-emoji-noto (zh)", 4_000, () => Columns("img-emoji-noto/emoji.tsv", 1, 7)),
];

HashSet<string> measured = [.. Measured().Select(Key)];
HashSet<string> seen = [];
List<Entry> entries = [];
foreach (Source source in sources)
{
    Random random = new(Seed);
    string[] texts = [.. source.Read().Select(Clean).Where(text => text.Length is >= 2 and <= 600 && !measured.Contains(Key(text)) && seen.Add(Key(text)))];
    string[] ordered = [.. texts];
    random.Shuffle(texts);
    string[] kept = texts[..Math.Min(texts.Length, source.Limit)];
    entries.AddRange(kept.Select(text => new Entry(text, "query", source.Language, source.Name)));
    Console.Error.WriteLine($"{source.Language} {source.Name}: {kept.Length:N0} of {texts.Length:N0} texts");

    // Sentences that stand together in their file make the paragraphs there are too few of.
    string[] passages = [.. Joined(ordered, source.Language, random)];
    random.Shuffle(passages);
    string[] keptPassages = passages[..Math.Min(passages.Length, Paragraphs(source.Name))];
    entries.AddRange(keptPassages.Select(text => new Entry(text, "passage", source.Language, source.Name)));
}

foreach ((string language, string name, Func<IEnumerable<string>> read, int limit) in new (string, string, Func<IEnumerable<string>>, int)[]
{
    ("en", "ir-scifact-beir (corpus)", () => Json("ir-scifact-beir/corpus.jsonl", "text"), 6_000),
    ("zh", "zh-cmrc2018 (trial)", () => Squad("zh-cmrc2018/squad-style/cmrc2018_trial.json").Where(text => text.Length > 80), 1_000),
    ("zh", "zh-chnsenticorp-waimai", () => Csv("zh-chnsenticorp-waimai/ChnSentiCorp_htl_all.csv", 1, 1).Concat(Shopping()).Where(text => text.Length > 100), 4_000),
})
{
    string[] passages = [.. read().Select(Clean).Where(text => text.Length > 50 && !measured.Contains(Key(text)) && seen.Add(Key(text))).Select(text => text[..Math.Min(text.Length, 1200)])];
    new Random(Seed).Shuffle(passages);
    entries.AddRange(passages.Take(limit).Select(text => new Entry(text, "passage", language, name)));
}

Entry[] shuffled = [.. entries];
new Random(Seed).Shuffle(shuffled);
shuffled = shuffled[..Math.Min(shuffled.Length, Count)];
JsonSerializerOptions json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
using (StreamWriter writer = new(output))
{
    foreach (Entry entry in shuffled)
    {
        writer.WriteLine(JsonSerializer.Serialize(entry, json));
    }
}

// The STS benchmark's training part says the same in three languages, row by row.
(string En, string Ko, string Zh)[] translations =
[
    .. Columns("stsb-en/original/sts-train.tsv", 0, 5, 6)
        .Zip(Columns("ko-korsts/sts-train.tsv", 1, 5, 6), Csv("stsb-multi/stsb-zh-train.csv", 0, 0, 1))
        .Select(row => (En: Clean(row.First), Ko: Clean(row.Second), Zh: Clean(row.Third)))
        .Where(row => row is { En.Length: > 1, Ko.Length: > 1, Zh.Length: > 1 } && !measured.Contains(Key(row.En)) && !measured.Contains(Key(row.Ko)) && !measured.Contains(Key(row.Zh)))
        .DistinctBy(row => Key(row.En)),
];
using (StreamWriter writer = new(translationsOutput))
{
    foreach ((string en, string ko, string zh) in translations)
    {
        writer.WriteLine(JsonSerializer.Serialize(new { en, ko, zh }, json));
    }
}

Console.Error.WriteLine($"translations: {translations.Length:N0} texts in three languages");

foreach (var group in shuffled.GroupBy(entry => (entry.Language, entry.Prompt)).OrderBy(group => group.Key))
{
    Console.Error.WriteLine($"{group.Key.Language} {group.Key.Prompt}: {group.Count():N0} texts, {group.Sum(entry => (long)entry.Text.Length):N0} characters");
}

// How many joined paragraphs a set gives: more from prose, none from fragments and chat.
static int Paragraphs(string source) => source.Split(' ')[0] switch
{
    "ko-pawsx-dev-test" => 1_600,
    "ko-kornli-xnli" => 1_500,
    "ko-naver-ner-test" => 2_000,
    "ko-en-parallel" => 1_500,
    "ko-korsts" => 2_000,
    "ko-nsmc-rebuilt" => 1_500,
    "stsb-en" or "rte" or "snli-dev-test" => 1_000,
    "zh-lcqmc-bq-pawsx" => 1_600,
    "zh-simclue" => 4_000,
    "stsb-multi" => 1_500,
    "zh-cmrc2018" => 1_000,
    _ => 0,
};

static IEnumerable<string> Joined(string[] texts, string language, Random random)
{
    int unit = language switch { "en" => 3, "ko" => 2, _ => 1 };      // characters that say as much as one Chinese one
    StringBuilder passage = new();
    int wanted = unit * random.Next(60, 280);
    foreach (string text in texts)
    {
        passage.Append(passage.Length > 0 && language != "zh" ? " " : "").Append(text).Append(EndsSentence(text) ? "" : language == "zh" ? "。" : ".");
        if (passage.Length >= wanted)
        {
            yield return passage.ToString();
            passage.Clear();
            wanted = unit * random.Next(60, 280);
        }
    }
}

static bool EndsSentence(string text) => ".?!。？！…\"”".Contains(text[^1]);

static IEnumerable<string> Sentences(string text) => Regex.Split(text, @"(?<=[.!?])\s+(?=[A-Z""(])|(?<=[。！？])").Where(sentence => sentence.Trim().Length > 1);

static string Clean(string text) => Regex.Replace(text, @"\s+", " ").Trim().TrimStart('\uFEFF');

static string Key(string text) => Regex.Replace(text, @"[\s\p{P}]", "").ToLowerInvariant();

// "a man 's hat ." as people write it: "a man's hat."
static string Detokenized(string text) => Regex.Replace(text, @" (?=[.,!?;:]|'s\b|n't\b)", "");

IEnumerable<string> Measured() =>
[
    .. Columns("stsb-en/original/sts-dev.tsv", 0, 5, 6), .. Columns("stsb-en/original/sts-test.tsv", 0, 5, 6),
    .. Columns("ko-korsts/sts-dev.tsv", 0, 5, 6), .. Columns("ko-korsts/sts-test.tsv", 0, 5, 6),
    .. Csv("stsb-multi/stsb-zh-dev.csv", 0, 0, 1), .. Csv("stsb-multi/stsb-zh-test.csv", 0, 0, 1),
    .. Lines("tatoeba-laser/tatoeba.kor-eng.kor", "tatoeba-laser/tatoeba.kor-eng.eng", "tatoeba-laser/tatoeba.cmn-eng.cmn", "tatoeba-laser/tatoeba.cmn-eng.eng"),
    .. Squad("ko-korquad1-dev/KorQuAD_v1.0_dev.json"), .. Squad("xquad/xquad.zh.json"), .. Squad("xquad/xquad.en.json"),
    .. Json("ir-scifact-beir/queries.jsonl", "text"),
];

Stream Open(string file)
{
    string path = Path.Combine(data, file);
    return File.Exists(path) ? File.OpenRead(path) : new GZipStream(File.OpenRead(path + ".gz"), CompressionMode.Decompress);
}

IEnumerable<string> Lines(params string[] files)
{
    foreach (string file in files)
    {
        using StreamReader reader = new(Open(file));
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}

// Cells of tab-separated lines without quoting; rows with too few cells are passed over.
IEnumerable<string> Columns(string file, int skip, params int[] columns) =>
    Lines(file).Skip(skip).Select(line => line.Split('\t')).Where(cells => cells.Length > columns.Max()).SelectMany(cells => columns.Select(column => cells[column]));

// Cells of comma-separated rows with quotes, which may hold line ends.
IEnumerable<string> Csv(string file, int skip, params int[] columns) => CsvOf(Open(file), skip, columns);

static IEnumerable<string> CsvOf(Stream stream, int skip, int[] columns)
{
    using StreamReader reader = new(stream);
    List<string> row = [];
    StringBuilder cell = new();
    bool quoted = false;
    for (int rowIndex = 0; reader.Read() is >= 0 and int code;)
    {
        char character = (char)code;
        if (quoted)
        {
            quoted = character != '"' || reader.Peek() == '"';
            if (quoted)
            {
                cell.Append(character == '"' ? (char)reader.Read() : character);
            }
        }
        else if (character == '"' && cell.Length == 0)
        {
            quoted = true;
        }
        else if (character is ',' or '\n')
        {
            row.Add(cell.ToString().TrimEnd('\r'));
            cell.Clear();
            if (character == '\n')
            {
                if (rowIndex++ >= skip && row.Count > columns.Max())
                {
                    foreach (int column in columns)
                    {
                        yield return row[column];
                    }
                }

                row.Clear();
            }
        }
        else
        {
            cell.Append(character);
        }
    }
}

// Strings of JSON lines, or of a JSON array.
IEnumerable<string> Json(string file, params string[] fields)
{
    foreach (string line in Lines(file))
    {
        string trimmed = line.Trim().TrimEnd(',');
        if (trimmed.StartsWith('{') && trimmed.EndsWith('}'))
        {
            using JsonDocument document = JsonDocument.Parse(trimmed);
            foreach (string field in fields)
            {
                if (document.RootElement.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.String)
                {
                    yield return value.GetString()!;
                }
            }
        }
    }
}

// Paragraphs and questions of a file in SQuAD's form.
IEnumerable<string> Squad(string file)
{
    using JsonDocument document = JsonDocument.Parse(Open(file));
    foreach (JsonElement paragraph in document.RootElement.GetProperty("data").EnumerateArray().SelectMany(article => article.GetProperty("paragraphs").EnumerateArray()))
    {
        yield return paragraph.GetProperty("context").GetString()!;
        foreach (JsonElement question in paragraph.GetProperty("qas").EnumerateArray())
        {
            yield return question.GetProperty("question").GetString()!;
        }
    }
}

// The parallel news corpora, one side of them; the Park files are packed.
IEnumerable<string> Parallel(string language, string northern)
{
    const string Folder = "ko-en-parallel";
    foreach (string line in Lines($"{Folder}/korean-english-jhe/jhe-koen-dev.{language}", $"{Folder}/korean-english-jhe/jhe-koen-eval.{language}",
        $"{Folder}/northkorean-english-news-v1/northkorean-english.dev.{northern}", $"{Folder}/northkorean-english-news-v1/northkorean-english.test.{northern}"))
    {
        yield return line;
    }

    foreach (string part in new[] { "dev", "test" })
    {
        using GZipStream unpacked = new(File.OpenRead(Path.Combine(data, Folder, "korean-english-news-v1", $"korean-english-park.{part}.tar.gz")), CompressionMode.Decompress);
        using TarReader archive = new(unpacked);
        while (archive.GetNextEntry() is { } entry)
        {
            if (entry.Name.EndsWith("." + language, StringComparison.Ordinal) && entry.DataStream is { } content)
            {
                using StreamReader reader = new(content);
                while (reader.ReadLine() is { } line)
                {
                    yield return line;
                }
            }
        }
    }
}

IEnumerable<string> Shopping()
{
    using ZipArchive archive = ZipFile.OpenRead(Path.Combine(data, "zh-chnsenticorp-waimai/online_shopping_10_cats.zip"));
    foreach (string review in CsvOf(archive.Entries[0].Open(), 1, [2]))
    {
        yield return review;
    }
}

internal sealed record Source(string Language, string Name, int Limit, Func<IEnumerable<string>> Read);

internal sealed record Entry(string Text, string Prompt, string Language, string Source);
