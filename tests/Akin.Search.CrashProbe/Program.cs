using Akin.Search;
using Akin.Search.CrashProbe;
using Akin.Search.Storage;

// A process to be killed. It says on stdout what it is about to write ("begin") and when the store has acknowledged it ("done"):
//   churn FOLDER SEED          adds, replaces and deletes in batches for ever, publishing and searching now and then
//   fill FOLDER                adds until the disk is full, then prints "full ERROR-TYPE"
//   write FOLDER PREFIX COUNT  adds PREFIX0 … one by one
using DocumentStore store = DocumentStore.OpenOrCreate(args[1], ProbeDocuments.Facts);
switch (args[0])
{
    case "churn":
        Churn(new Random(int.Parse(args[2])));
        return 0;
    case "fill":
        return Fill();
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
    int version = 1_000_000 + random.Next(1_000_000);
    while (true)
    {
        switch (random.Next(10))
        {
            case 0:
                index.Publish();
                break;
            case 1:
                index.Search(ProbeDocuments.Vector("any", 1), 5);
                break;
            case 2 or 3:
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
