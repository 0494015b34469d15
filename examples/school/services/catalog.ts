/** What the school teaches, and for how much. */
import type { Client } from 'msgctl/runtime';
import { type Course, catalog, UnknownCourseError } from '../generated/catalog.js';
import { openBus } from './open-bus.ts';

const courses = new Map<string, Course>([
  [
    'c-42',
    {
      courseId: 'c-42',
      title: 'Analytical engines',
      level: 'beginner',
      price: { amount: 4990, currency: 'EUR' },
      sections: [{ title: 'Wheels', lessons: [{ lessonId: 'l-1', title: 'Teeth', minutes: 20 }] }],
    },
  ],
]);

/** Starts it. */
export async function startCatalog(): Promise<{ readonly client: Client<typeof catalog>; close(): Promise<void> }> {
  const bus = openBus('catalog');
  await bus.serve(catalog, {
    getCourse({ courseId }) {
      const course = courses.get(courseId);
      if (!course) throw new UnknownCourseError({ courseId });
      return course;
    },
    getPrice({ courseId, vouchers = [] }) {
      const course = courses.get(courseId);
      if (!course) throw new UnknownCourseError({ courseId });
      const discounts = vouchers.map((voucher) => ({ voucher, percent: 10 }));
      const amount = Math.round(course.price.amount * 0.9 ** discounts.length);
      return { total: { amount, currency: course.price.currency }, discounts };
    },
    learners: {
      // The number of learners of a course is a matter of statistics only.
      learnerEnrolled: () => undefined,
    },
  });
  return { client: bus.client(catalog), close: () => bus.close() };
}
