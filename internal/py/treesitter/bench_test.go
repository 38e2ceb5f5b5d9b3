//go:build cgo

package treesitter

import (
	"strings"
	"testing"
	"time"

	"github.com/sesslint/sesslint/internal/py"
)

// viewSource is what web code looks like: short functions, calls, subscripts, strings, comments.
const viewSource = `"""Views of the shop."""
from __future__ import annotations

import json
from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render

from .forms import CheckoutForm, CouponForm
from .models import Coupon, Order, OrderLine, Product

CART_KEY = "cart"
MAX_LINES = 50


class Cart:
    """The cart in the session."""

    def __init__(self, request: HttpRequest) -> None:
        self.session = request.session
        cart = self.session.get(CART_KEY)
        if not cart:
            # an empty cart is stored at once
            cart = self.session[CART_KEY] = {}
        self.cart = cart

    def add(self, product: Product, quantity: int = 1, override: bool = False) -> None:
        key = str(product.id)
        if key not in self.cart:
            self.cart[key] = {"quantity": 0, "price": str(product.price)}
        if override:
            self.cart[key]["quantity"] = quantity
        else:
            self.cart[key]["quantity"] += quantity
        self.save()

    def save(self) -> None:
        self.session.modified = True

    def __iter__(self):
        products = Product.objects.filter(id__in=self.cart.keys())
        cart = self.cart.copy()
        for product in products:
            cart[str(product.id)]["product"] = product
        for item in cart.values():
            item["price"] = Decimal(item["price"])
            item["total_price"] = item["price"] * item["quantity"]
            yield item

    def __len__(self) -> int:
        return sum(item["quantity"] for item in self.cart.values())

    def clear(self):
        del self.session[CART_KEY]
        self.save()


@login_required
def checkout(request, coupon_code: str | None = None):
    cart = Cart(request)
    form = CheckoutForm(request.POST or None, initial={"email": request.user.email})
    if request.method == "POST" and form.is_valid():
        order = form.save(commit=False)
        order.user = request.user
        try:
            order.coupon = Coupon.objects.get(code__iexact=coupon_code, active=True)
        except Coupon.DoesNotExist:
            order.coupon = None
        order.save()
        OrderLine.objects.bulk_create(
            [
                OrderLine(order=order, product=item["product"], price=item["price"], quantity=item["quantity"])
                for item in cart
                if item["quantity"] > 0
            ]
        )
        cart.clear()
        request.session["order_id"] = order.id
        messages.success(request, f"Order {order.number!r} over {order.total:.2f} was placed")
        return redirect("payment:process")
    return render(request, "orders/create.html", {"cart": cart, "form": form, "lines": len(cart)})


def recent(request):
    seen = request.session.setdefault("recently_viewed", [])
    product = get_object_or_404(Product, pk=request.GET.get("id"))
    if product.pk in seen:
        seen.remove(product.pk)
    seen.insert(0, product.pk)
    if len(seen) > 5:
        seen.pop()
    request.session["recently_viewed"] = seen
    return JsonResponse({"products": list(Product.objects.in_bulk(seen).values())}, safe=False)

`

// BenchmarkParse tells, apart from the whole, how much of the time is tree-sitter's and what share all the rest has of it.
func BenchmarkParse(b *testing.B) {
	src := []byte(strings.Repeat(viewSource, 10))
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	var parse, rest time.Duration
	for b.Loop() {
		_, p, r, err := ParseTimed(src)
		if err != nil {
			b.Fatal(err)
		}
		parse += p
		rest += r
	}
	b.ReportMetric(float64(parse.Nanoseconds())/float64(b.N), "parse-ns/op")
	b.ReportMetric(100*float64(rest)/float64(parse), "rest-%")
}

// BenchmarkLower is the part of the rest that runs in Go: scanning before the parse and lowering after it.
func BenchmarkLower(b *testing.B) {
	src := []byte(strings.Repeat(viewSource, 10))
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	deadline := time.Now().Add(time.Hour)
	err := newRepairer(src, deadline).parse(func(nodes []node) []py.Span {
		for b.Loop() {
			lowerModule(src, nodes, kindOf, newRepairer(readable(src), deadline))
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
