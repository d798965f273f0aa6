// A long timeline: the next page comes by itself near the end, and going away and back returns to the same contact.
// Without this script there are pages, a day to jump to, and months.
"use strict";
{
  const MOST = 10; // pages below each other; then the plain link goes on
  const list = document.querySelector("[data-list]");
  let loaded = 1, isLoading = false;

  const next = () => { const pagers = list.querySelectorAll(".pager"); return pagers[pagers.length - 1].querySelector("[rel=next]"); };

  const more = async () => {
    const link = next();
    if (!link || isLoading || loaded >= MOST) return;
    isLoading = true;
    try {
      const answer = await fetch(link.href);
      if (!answer.ok) return;
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-list]");
      const rows = [...found.querySelectorAll(".contact, h2.day")], pagers = found.querySelectorAll(".pager");
      if (rows[0] && rows[0].id && document.getElementById(rows[0].id)) rows.shift(); // the day goes on
      const page = new URL(link.href).searchParams.get("page");
      for (const row of rows) row.dataset.page = page;
      link.closest(".pager").replaceWith(...rows, pagers[pagers.length - 1]);
      loaded += 1;
      watchEnd();
    } catch { /* the plain link is still there */ } finally { isLoading = false; }
  };

  const end = new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) more(); }, { rootMargin: "1200px" });
  const watchEnd = () => { end.disconnect(); const link = next(); if (link) end.observe(link); };
  watchEnd();

  let timer = 0;
  const remember = () => { // which contact is on top, for coming back to it
    const top = [...list.querySelectorAll(".contact")].find((one) => one.getBoundingClientRect().bottom > 80);
    if (!top || list.getBoundingClientRect().top > 0) return;
    const here = new URL(location.href);
    if (top.dataset.page) here.searchParams.set("page", top.dataset.page);
    here.searchParams.delete("at");
    here.hash = top.id;
    history.replaceState(null, "", here);
  };
  addEventListener("scroll", () => { clearTimeout(timer); timer = setTimeout(remember, 250); }, { passive: true });
}
