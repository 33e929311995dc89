namespace Akin.Search.Projection;

/// <summary>
/// Points of a plane in squares that are cut into four until each holds one (Barnes and Hut 1986), so that what far points do together is computed once.
/// The arrays are kept from one set of points to the next. Reading is thread-safe.
/// </summary>
internal sealed class QuadTree
{
    // Points nearer than the width of the plane / 2⁴⁰ share a square.
    private const int MaxDepth = 40;

    // A walk holds at most three waiting squares of each level and the four of the last.
    private const int MaxWaiting = (3 * MaxDepth) + 8;

    private Square[] _squares = new Square[64];
    private int _count;

    /// <summary>Builds the tree of some points.</summary>
    public void Build(ReadOnlySpan<PlanePoint> points)
    {
        (double left, double right, double bottom, double top) = (double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity);
        foreach (PlanePoint point in points)
        {
            (left, right) = (Math.Min(left, point.X), Math.Max(right, point.X));
            (bottom, top) = (Math.Min(bottom, point.Y), Math.Max(top, point.Y));
        }

        _count = 0;
        Add(new PlanePoint((left + right) / 2, (bottom + top) / 2), Math.Max(right - left, top - bottom) / 2);
        foreach (PlanePoint point in points)
        {
            Insert(point);
        }

        // Until here the sums of the points' places.
        for (int i = 0; i < _count; i++)
        {
            ref Square square = ref _squares[i];
            square.Mean = new PlanePoint(square.Mean.X / Math.Max(1, square.PointCount), square.Mean.Y / Math.Max(1, square.PointCount));
        }
    }

    /// <summary>
    /// The sum over all other points of q²·(point − other), and of q, where q = 1 / (1 + distance²). Squares that look smaller than the coarseness count as one point at their mean.
    /// </summary>
    public (double X, double Y, double Sum) Repulsion(PlanePoint point, double coarseness)
    {
        Span<int> waiting = stackalloc int[MaxWaiting];
        int waitingCount = 1;
        waiting[0] = 0;
        (double x, double y, double sum) = (0, 0, 0);
        while (waitingCount > 0)
        {
            ref readonly Square square = ref _squares[waiting[--waitingCount]];
            double dx = point.X - square.Mean.X;
            double dy = point.Y - square.Mean.Y;
            double squaredDistance = (dx * dx) + (dy * dy);
            double width = 2 * square.HalfWidth;
            if (square.FirstChild >= 0 && !(width * width < coarseness * coarseness * squaredDistance))
            {
                for (int child = square.FirstChild; child < square.FirstChild + 4; child++)
                {
                    if (_squares[child].PointCount > 0)
                    {
                        waiting[waitingCount++] = child;
                    }
                }

                continue;
            }

            // The square that holds the point itself: the point does not repel itself.
            double others = square.PointCount - (squaredDistance == 0 ? 1 : 0);
            double q = 1 / (1 + squaredDistance);
            sum += others * q;
            x += others * q * q * dx;
            y += others * q * q * dy;
        }

        return (x, y, sum);
    }

    private void Insert(PlanePoint point)
    {
        int index = 0;
        for (int depth = 0; ; depth++)
        {
            ref Square square = ref _squares[index];
            bool joins = square.FirstChild < 0 && (square.PointCount == 0 || depth == MaxDepth || IsAt(square, point));
            PlanePoint before = square.Mean;
            int countBefore = square.PointCount;
            square.Mean = new PlanePoint(before.X + point.X, before.Y + point.Y);
            square.PointCount++;
            if (joins)
            {
                return;
            }

            if (square.FirstChild < 0)
            {
                Divide(index, before, countBefore);
            }

            index = Child(_squares[index], point);
        }
    }

    // The points of a square that held one place move into the quarter they belong to.
    private void Divide(int index, PlanePoint sum, int pointCount)
    {
        PlanePoint center = _squares[index].Center;
        double half = _squares[index].HalfWidth / 2;
        _squares[index].FirstChild = _count;
        Add(new PlanePoint(center.X - half, center.Y - half), half);
        Add(new PlanePoint(center.X + half, center.Y - half), half);
        Add(new PlanePoint(center.X - half, center.Y + half), half);
        Add(new PlanePoint(center.X + half, center.Y + half), half);
        ref Square child = ref _squares[Child(_squares[index], new PlanePoint(sum.X / pointCount, sum.Y / pointCount))];
        child.Mean = sum;
        child.PointCount = pointCount;
    }

    private static bool IsAt(in Square square, PlanePoint point) =>
        square.Mean.X == point.X * square.PointCount && square.Mean.Y == point.Y * square.PointCount;

    private static int Child(in Square square, PlanePoint point) =>
        square.FirstChild + (point.X > square.Center.X ? 1 : 0) + (point.Y > square.Center.Y ? 2 : 0);

    private void Add(PlanePoint center, double halfWidth)
    {
        if (_count == _squares.Length)
        {
            Array.Resize(ref _squares, 2 * _count);
        }

        _squares[_count++] = new Square { Center = center, HalfWidth = halfWidth, FirstChild = -1 };
    }

    private struct Square
    {
        public PlanePoint Center;
        public double HalfWidth;
        public PlanePoint Mean;
        public int PointCount;
        public int FirstChild;
    }
}
