using Akin.Search;
using Akin.Search.CrashProbe;
using Akin.Search.Lexical;
using Akin.Search.Storage;

// A process to be killed. It says on stdout what it is about to write ("begin") and when the store has acknowledged it ("done"):
//   churn FOLDER SEED          adds, replaces and deletes in batches for ever; publishes vectors, graph and words, compacts, backs up and searches now and then
//   fill FOLDER                adds until the disk is full, tries what else takes room, then prints "full ERROR-TYPE"
//   write FOLDER PREFIX COUNT  adds PREFIX0 … one by one
//   compact FOLDER COUNT       compacts again and again
using DocumentStore store = DocumentStore.OpenOrCreate(args[1], ProbeDocuments.Facts);
switch (args[0])
{
    case "churn":
        Churn(new Random(int.Parse(args[2])));
        return 0;
    case "fill":
        return Fill();
    case "compact":
        for (int i = 0; i < int.Parse(args[2]); i++)
        {
            IndexCompaction.Run(store);
        }

        return 0;
    case "write":
        for (int i = 0; i < int.Parse(args[3]); i++)
        {
            Put([(args[2] + i, 1)]);
        }

        return 0;
    default:
        Console.Error.WriteLine($"Unknown command '{args[0]}'.");
        return 2;
}

void Churn(Random random)
{
    using VectorIndex index = new(store);
    using LexicalIndex words = new(store);
    int version = 1_000_000 + random.Next(1_000_000);
    while (true)
    {
        switch (random.Next(16))
        {
            case 0:
                index.Publish();
                words.Publish();
                break;
            case 1:
                index.Search(ProbeDocuments.Vector("any", 1), 5);
                words.Search("text", 5);
                break;
            case 2:
                index.Rewrite();
                break;
            case 3:
                words.Rewrite();
                break;
            case 4:
                index.Configure(new VectorIndexSettings { Kind = random.Next(3) == 0 ? VectorIndexKind.Exact : VectorIndexKind.Hnsw, M = random.Next(4, 7) });
                break;
            case 5:
                IndexCompaction.Run(store);
                break;
            case 6:
                IndexBackup.Create(store, $"{args[1]}.{Guid.NewGuid():N}.backup");
                break;
            case 7 or 8:
                string[] gone = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => "d" + random.Next(400)).Distinct()];
                Say("begin delete " + string.Join(' ', gone));
                store.Delete(gone);
                Say("done");
                break;
            default:
                Put([.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => "d" + random.Next(400)).Distinct().Select(id => (id, version++))]);
                break;
        }
    }
}

int Fill()
{
    try
    {
        for (int i = 0; ; i += 10)
        {
            Put([.. Enumerable.Range(i, 10).Select(number => ("f" + number, 1))]);
        }
    }
    catch (IndexStorageException error)
    {
        using VectorIndex index = new(store);
        using LexicalIndex words = new(store);
        index.Configure(new VectorIndexSettings());
        foreach ((string what, Action act) in new (string, Action)[]
        {
            ("vectors", () => index.Rewrite()), ("words", () => words.Rewrite()), ("compaction", () => IndexCompaction.Run(store)), ("backup", () => IndexBackup.Create(store, args[1] + ".backup")),
        })
        {
            try
            {
                act();
                Say(what + " done");
            }
            catch (Exception refusal) when (refusal is IndexStorageException or IOException)
            {
                Say($"{what} {refusal.GetType().Name}");
            }
        }

        Say($"full {error.IsDiskFull} {error.GetType().Name}");
        return 3;
    }
}

void Put((string Id, int Version)[] entries)
{
    Say("begin put " + string.Join(' ', entries.Select(entry => $"{entry.Id}:{entry.Version}")));
    store.Upsert([.. entries.Select(entry => ProbeDocuments.Entry(entry.Id, entry.Version))]);
    Say("done");
}

static void Say(string line)
{
    Console.Out.WriteLine(line);
    Console.Out.Flush();
}
