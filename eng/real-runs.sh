#!/usr/bin/env bash
# Trains real models on real data, three seeds each, with the recipes that docs/training.md compares with Python's results.
#
#   eng/real-runs.sh DATA MODEL WORK RUN [SEED...]
#
# DATA   the folder with mrpc/, trec-qc/, conll2003-ner/, ko-nsmc-rebuilt/, ir-scifact-beir/, stsb-en/ and tokenizers/ (see docs/training.md for their sources)
# MODEL  sentence-transformers/all-MiniLM-L6-v2, or a folder with it
# WORK   where prepared files and models go
# RUN    mrpc, trec, trec-scratch, conll, nsmc-scratch, mlm-scratch, scifact, scifact-bm25, scifact-cross-encoder, stsb-cosine, stsb-cosent, stsb-cross-encoder or sae4k-scratch
# SEED   1 2 3 unless given
set -euo pipefail
data=$1 model=$2 work=$3 run=$4
shift 4
seeds=${*:-1 2 3}
akin=${AKIN:-$(dirname "$0")/../akin}
mkdir -p "$work/data"

# A BERT of 2 layers: a folder with its configuration and a tokenizer is all that --from-scratch needs.
small_bert() { # folder, vocabulary file, lower case
    mkdir -p "$1"
    cp "$2" "$1/vocab.txt"
    echo "{\"tokenizer_class\": \"BertTokenizer\", \"do_lower_case\": $3, \"model_max_length\": 512}" > "$1/tokenizer_config.json"
    cat > "$1/config.json" << JSON
{"model_type": "bert", "architectures": ["BertForMaskedLM"], "vocab_size": $(wc -l < "$1/vocab.txt"), "hidden_size": 128, "num_hidden_layers": 2,
 "num_attention_heads": 2, "intermediate_size": 512, "max_position_embeddings": 512}
JSON
}

# CoNLL-2003 begins an entity with B- only where another of its kind ends (IOB1); the recipe wants B- at the beginning of each.
to_iob2() {
    gzip -dc "$1" | awk -v limit="${2:-1000000}" '
        /^-DOCSTART-/ || count >= limit { next }
        NF == 0 { if (words > 0) { print ""; count++ } words = 0; previous = "O"; next }
        { words++; tag = $4
          if (tag ~ /^I-/ && substr(previous, 3) != substr(tag, 3)) tag = "B-" substr(tag, 3)
          previous = $4; print $1 " " tag }'
}

# A T5 of 3 + 3 layers, for which Korean pieces are learnt from the training texts.
small_t5() { # folder, texts
    mkdir -p "$1"
    [ -s "$1/tokenizer.json" ] || "$akin" tokenizer train --model "$data/tokenizers/t5-small" --vocab-size 8000 --files "$2" --output "$1" --quiet
    cat > "$1/config.json" << 'JSON'
{"model_type": "t5", "architectures": ["T5ForConditionalGeneration"], "vocab_size": 8192, "d_model": 256, "d_kv": 64, "d_ff": 1024, "num_layers": 3, "num_decoder_layers": 3,
 "num_heads": 4, "pad_token_id": 0, "eos_token_id": 1, "decoder_start_token_id": 0, "tie_word_embeddings": true}
JSON
}

sae4k() { # Korean requests and what they come down to; every thirtieth row is for the evaluation.
    gzip -dc "$data/ko-sae4k-summ/sae4k_v1.txt.gz" | sed '1s/^\xEF\xBB\xBF//; s/\r$//' | awk -F'\t' -v OFS='\t' -v train="$work/data/sae4k-train.tsv" -v test="$work/data/sae4k-test.tsv" '
        BEGIN { print "text", "target" > train; print "text", "target" > test }
        $1 != "" && $2 != "" { print $1, $2 > (NR % 30 == 0 ? test : train) }'
}

trec() { # Lines "label text" in Latin-1.
    { printf 'label\ttext\n'; iconv -f latin1 -t utf8 "$data/trec-qc/TREC.$1.all" | sed 's/^\(.\) */\1\t/'; } > "$work/data/trec-$1.tsv"
}

nsmc() { # split, rows
    gzip -dc "$data/ko-nsmc-rebuilt/ratings_$1.rebuilt.txt.gz" | awk -F'\t' -v rows="$2" 'NR == 1 || (NF == 3 && $2 !~ /^[[:space:]]*$/ && count++ < rows)' \
        > "$work/data/nsmc-$1.tsv"
}

scifact() { # The first 2,000,000 characters, a document a line.
    python3 - "$data/ir-scifact-beir/corpus.jsonl" > "$work/data/scifact.txt" << 'PYTHON'
import gzip, json, os, sys
path, count = sys.argv[1], 0
for line in open(path, encoding="utf-8") if os.path.exists(path) else gzip.open(path + ".gz", "rt", encoding="utf-8"):
    document = json.loads(line)
    text = (document["title"] + " " + document["text"]).strip()
    print(text.replace("\n", " "))
    count += len(text)
    if count >= 2_000_000:
        break
PYTHON
}

stsb() { # split: seven columns without a header
    { printf 'sentence1\tsentence2\tscore\n'; gzip -dcf "$data/stsb-en/original/sts-$1.tsv"* | awk -F'\t' '{ print $6 "\t" $7 "\t" $5 }'; } > "$work/data/stsb-$1.tsv"
}

scifact_pairs() { # The queries of the training judgements with their documents, by the number of the query.
    python3 - "$data/ir-scifact-beir" > "$work/data/scifact-pairs.jsonl" << 'PYTHON'
import gzip, json, os, sys
def read(path):
    file = open(path, encoding="utf-8") if os.path.exists(path) else gzip.open(path + ".gz", "rt", encoding="utf-8")
    return {row["_id"]: (row.get("title", "") + " " + row["text"]).strip() for row in map(json.loads, file)}
folder = sys.argv[1]
queries, documents = read(folder + "/queries.jsonl"), read(folder + "/corpus.jsonl")
rows = [line.split() for line in open(folder + "/qrels/train.tsv", encoding="utf-8")][1:]
for query, document, _ in sorted(rows, key=lambda row: int(row[0])):
    print(json.dumps({"anchor": queries[query], "positive": documents[document]}, ensure_ascii=False))
PYTHON
}

scifact_negatives() { # format, negatives of a query
    scifact_pairs
    "$akin" mine --source bm25 --input "$work/data/scifact-pairs.jsonl" --corpus "$data/ir-scifact-beir/"corpus.jsonl* --negatives "$2" --format "$1" \
        --output "$work/data/scifact-$1.jsonl" --quiet
}

train() { # task and its options; $seed is set
    local output="$work/$run.seed$seed"
    mkdir -p "$output"
    "$akin" train "$@" --seed "$seed" --output "$output" --overwrite --json --quiet | tail -n 1 | tee "$output/result.json"
}

for seed in $seeds; do
    case $run in
        mrpc)
            gzip -dc "$data/mrpc/glue/train.repaired.tsv.gz" > "$work/data/mrpc-train.tsv"
            train classifier --model "$model" --train "$work/data/mrpc-train.tsv" --eval "$data/mrpc/glue/dev.tsv" \
                --text "#1 String" --pair "#2 String" --label Quality --max-length 128
            ;;
        trec)
            trec train
            trec test
            train classifier --model "$model" --train "$work/data/trec-train.tsv" --eval "$work/data/trec-test.tsv" --max-length 64 --batch-size 16
            ;;
        trec-scratch)
            trec train
            trec test
            small_bert "$work/data/small-uncased" "$model/vocab.txt" true
            train classifier --model "$work/data/small-uncased" --from-scratch --train "$work/data/trec-train.tsv" --eval "$work/data/trec-test.tsv" \
                --max-length 64 --batch-size 16 --epochs 5 --learning-rate 5e-4 --warmup 0.1 --weight-decay 0.01
            ;;
        conll)
            to_iob2 "$data/conll2003-ner/eng.train.gz" 3000 > "$work/data/conll-train.txt"
            to_iob2 "$data/conll2003-ner/eng.testb.gz" > "$work/data/conll-testb.txt"
            train tokens --model "$model" --train "$work/data/conll-train.txt" --eval "$work/data/conll-testb.txt" --max-length 128 \
                --batch-size 16 --epochs 4 --learning-rate 1e-4 --warmup 0.1 --weight-decay 0.01
            ;;
        nsmc-scratch)
            nsmc train 20000
            nsmc test 5000
            small_bert "$work/data/small-korean" "$data/tokenizers/koelectra/vocab.txt" false
            train classifier --model "$work/data/small-korean" --from-scratch --train "$work/data/nsmc-train.tsv" --eval "$work/data/nsmc-test.tsv" \
                --text document --max-length 64 --batch-size 32 --epochs 3 --learning-rate 5e-4 --warmup 0.1 --weight-decay 0.01
            ;;
        mlm-scratch)
            scifact
            small_bert "$work/data/small-uncased" "$model/vocab.txt" true
            train mlm --model "$work/data/small-uncased" --from-scratch --train "$work/data/scifact.txt" --eval-share 0.05 \
                --max-length 128 --batch-size 16 --max-steps 500 --learning-rate 1e-3 --warmup 50 --weight-decay 0.01
            ;;
        scifact)
            train sentence --model "$model" --train "$data/ir-scifact-beir" --eval-retrieval "$data/ir-scifact-beir" \
                --max-length 256 --batch-size 32 --epochs 1 --learning-rate 2e-5 --warmup 0.1
            ;;
        scifact-bm25)
            scifact_negatives triplet 1
            train sentence --model "$model" --train "$work/data/scifact-triplet.jsonl" --loss MultipleNegativesRankingLoss --eval-retrieval "$data/ir-scifact-beir" \
                --max-length 256 --batch-size 32 --epochs 1 --learning-rate 2e-5 --warmup 0.1
            ;;
        scifact-cross-encoder)
            scifact_negatives labeled-pair 3
            train cross-encoder --model "$model" --train "$work/data/scifact-labeled-pair.jsonl" --max-length 256 --batch-size 16 --epochs 1 --learning-rate 5e-5 --warmup 0.1
            "$akin" eval retrieval --mode bm25 --analyzer words --data "$data/ir-scifact-beir" --rerank "$work/$run.seed$seed" --rerank-top 20 --json --quiet |
                tee "$work/$run.seed$seed/reranked.json"
            ;;
        stsb-cosine | stsb-cosent)
            stsb train
            stsb test
            loss=CosineSimilarityLoss
            [ "$run" = stsb-cosine ] || loss=CoSENTLoss
            train sentence --model "$model" --train "$work/data/stsb-train.tsv" --loss "$loss" --highest-score 5 --eval-sts "$work/data/stsb-test.tsv" \
                --batch-size 32 --epochs 3 --learning-rate 2e-5 --warmup 0.1
            ;;
        stsb-cross-encoder)
            stsb train
            stsb test
            train cross-encoder --model "$model" --train "$work/data/stsb-train.tsv" --highest-score 5 --eval-sts "$work/data/stsb-test.tsv" \
                --max-length 128 --batch-size 16 --epochs 3 --learning-rate 5e-5 --warmup 0.1
            ;;
        sae4k-scratch)
            sae4k
            small_t5 "$work/data/small-t5" "$work/data/sae4k-train.tsv"
            train seq2seq --model "$work/data/small-t5" --from-scratch --train "$work/data/sae4k-train.tsv" --eval "$work/data/sae4k-test.tsv" --generate 1000 \
                --max-length 64 --max-target-length 32 --batch-size 32 --epochs 4 --learning-rate 1e-3 --warmup 0.1
            ;;
        *)
            echo "There is no run '$run'." >&2
            exit 2
            ;;
    esac
done
