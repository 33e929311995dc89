using Akin.Kernels;

double one = 0, all = 0;
List<(int M, int N, int K)> shapes = [(1024, 1024, 1024), (1024, 384, 384), (1024, 1152, 384), (1024, 1536, 384), (1024, 384, 1536), (4096, 1536, 384), (1024, 768, 768), (1024, 3072, 768), (1024, 768, 3072), (4096, 3072, 768), (4096, 768, 3072), (32, 384, 384), (32, 1536, 384), (32, 384, 1536), (32, 768, 768), (32, 3072, 768), (32, 768, 3072), (128, 384, 384), (128, 1536, 384), (128, 384, 1536), (128, 768, 768), (128, 3072, 768), (128, 768, 3072), (1, 768, 768), (1, 1536, 384)];
double[] best1 = new double[shapes.Count], best2 = new double[shapes.Count];
Random random = new(1);
float[] A(int n) { var v = new float[n]; for (int i = 0; i < n; i++) v[i] = random.NextSingle() - 0.5f; return v; }
var data = shapes.Select(s => { var p = new PackedMatrix(s.K, s.N); p.Pack(0, A(s.N * s.K)); return (X: A(s.M * s.K), Y: new float[s.M * s.N], P: p, B: A(s.N)); }).ToArray();
for (int round = 0; round < 6; round++)
{
    one = Math.Max(one, HardwareCeiling.MeasureFlopsPerSecond(WorkerPool.Serial) / 1e9);
    all = Math.Max(all, HardwareCeiling.MeasureFlopsPerSecond(WorkerPool.Shared) / 1e9);
    for (int i = 0; i < shapes.Count; i++)
    {
        var (m, n, k) = shapes[i];
        var (x, y, packed, bias) = data[i];
        double flops = 2.0 * m * n * k;
        int runs = (int)Math.Clamp(2e9 / flops, 4, 300);
        best1[i] = Math.Max(best1[i], flops / 1e9 / HardwareCeiling.BestSeconds(runs, () => Gemm.Multiply(x, m, packed, new Epilogue { Bias = bias }, y, WorkerPool.Serial)));
        best2[i] = Math.Max(best2[i], flops / 1e9 / HardwareCeiling.BestSeconds(runs, () => Gemm.Multiply(x, m, packed, new Epilogue { Bias = bias }, y, WorkerPool.Shared)));
    }
}
Console.WriteLine($"{KernelTable.Tier} FMA peak {one:F0} / {all:F0} GFLOP/s");
for (int i = 0; i < shapes.Count; i++)
    Console.WriteLine($"{shapes[i],20}   1 thread {best1[i],6:F0} ({best1[i] / one:P0})   all {best2[i],6:F0} ({best2[i] / all:P0})");
