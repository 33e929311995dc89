namespace Akin.Tokenizers.Tests;

/// <summary>How much memory a tokenizer holds; no other tests run at the same time.</summary>
[Collection(Alone)]
public class MemoryTests
{
    public const string Alone = "alone";

    [SharedFact("data/tokenizers/bert-base-multilingual-cased")]
    public void MultilingualBert_Loaded_HoldsAtMost25Megabytes()
    {
        // Once before, so that tables that all tokenizers share are not counted.
        Tokenizer first = AutoTokenizer.FromPretrained(Repository.Shared("data", "tokenizers", "bert-base-cased"));
        first.Encode("warm");
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Tokenizer tokenizer = AutoTokenizer.FromPretrained(Repository.Shared("data", "tokenizers", "bert-base-multilingual-cased"));
        Assert.Equal(119_547, tokenizer.VocabularySize);
        tokenizer.Encode("Ein Text, 한국어 中文.");
        long held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(held, 5_000_000, 25_000_000);
        GC.KeepAlive(tokenizer);
        GC.KeepAlive(first);
    }
}

/// <summary>Tests that must not run beside others.</summary>
[CollectionDefinition(MemoryTests.Alone, DisableParallelization = true)]
public class AloneDefinition;
